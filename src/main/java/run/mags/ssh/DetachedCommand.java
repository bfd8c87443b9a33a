package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.ssh.SshException.Reason;

/**
 * A command that was started to go on without a connection. What it writes, and how it ends, is
 * recorded in the sandbox, so that this and later connections can ask for it.
 */
public final class DetachedCommand {
  private static final int ID_LENGTH = 16;
  private static final Duration QUESTION = Duration.ofSeconds(30);

  private final SshConnection connection;
  private final String id;

  DetachedCommand(SshConnection connection, String id) {
    this.connection = connection;
    this.id = id;
  }

  /** Whether a text can be the id of a detached command. */
  public static boolean isId(String text) {
    boolean hex = text.length() == ID_LENGTH;
    for (int i = 0; i < text.length(); i++) {
      hex &= Character.digit(text.charAt(i), 16) >= 0 && !Character.isUpperCase(text.charAt(i));
    }
    return hex;
  }

  /** An id that no command has: 16 hexadecimal digits. */
  public static String newId() {
    return SshConnection.newId();
  }

  /** The id by which it is asked for later. */
  public String id() {
    return id;
  }

  /**
   * Starts it, with an id of its own. It has no input. When this returns, it has begun.
   *
   * @throws CliException of kind REFUSED if the sandbox cannot start it
   * @throws SshException if the answer is missing; it may have begun if {@link SshException#begun}
   */
  public void start(RemoteCommand command) {
    boolean secret = !command.environment().isEmpty();
    String script = DetachedScripts.launch(id, command.script(), secret);
    Limit limit = new Limit(QUESTION);
    Answer answer = secret ? tell(connection, script, limit) : ask(connection, script, limit);
    if (answer.exitCode != 0) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the sandbox could not start the command: " + answer.complaint(),
          "is there space left on its disk? what a command writes is kept in ~/.mags/exec there");
    }
  }

  /** How it is now. */
  public DetachedState state() {
    return state(QUESTION);
  }

  /**
   * The same, answered within {@code timeout}.
   *
   * @throws SshException of reason COMMAND_TIMEOUT or CONNECT_TIMEOUT if it is not
   */
  public DetachedState state(Duration timeout) {
    return state(DetachedScripts.state(id), new Limit(timeout));
  }

  /**
   * How it is as soon as it runs no longer.
   *
   * @throws SshException of reason COMMAND_TIMEOUT if it still runs after {@code timeout}, LOST if
   *     the connection ends; the command goes on
   */
  public DetachedState awaitEnd(Duration timeout) {
    return state(DetachedScripts.awaitEnd(id), new Limit(timeout));
  }

  private DetachedState state(String script, Limit limit) {
    Answer answer = ask(connection, script, limit);
    if (answer.exitCode >= ExitCode.SIGNAL_BASE) {
      throw brokenOff();
    }
    try {
      return DetachedState.parse(answer.out.toString(UTF_8));
    } catch (IllegalArgumentException neverMind) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the sandbox does not say how the command " + id + " is: " + answer.complaint(),
          null,
          neverMind);
    }
  }

  /**
   * All that there is a record of in a sandbox, the one that began last first.
   *
   * @throws SshException if the answer is missing
   */
  static List<DetachedEntry> list(SshConnection connection) {
    Answer answer = ask(connection, DetachedScripts.list(), new Limit(QUESTION));
    List<DetachedEntry> entries = new ArrayList<>();
    for (String line : answer.out.toString(UTF_8).split("\n", -1)) {
      // Start files of the user may print more.
      int blank = line.indexOf(' ');
      if (blank > 0 && isId(line.substring(0, blank))) {
        String rest = line.substring(blank + 1);
        entries.add(new DetachedEntry(line.substring(0, blank), DetachedState.parse(rest)));
      }
    }
    entries.sort(
        Comparator.comparingLong((DetachedEntry entry) -> entry.state().begin()).reversed());
    return entries;
  }

  /**
   * The part of its output that its last lines are, as far as it has come now.
   *
   * @param out whether its standard output is wanted
   * @param err whether its standard error is wanted
   * @param lines how many of each, from 0
   */
  public OutputPart lastLines(boolean out, boolean err, int lines) {
    Answer answer = ask(connection, DetachedScripts.position(id, lines), new Limit(QUESTION));
    String[] words = answer.out.toString(UTF_8).strip().split("\\s+", -1);
    try {
      long from = Long.parseLong(words[words.length - 2]);
      return new OutputPart(out, err, from, Long.parseLong(words[words.length - 1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException neverMind) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the sandbox does not say how much the command "
              + id
              + " has written: "
              + answer.complaint(),
          null,
          neverMind);
    }
  }

  /**
   * Begins to show what it has written, byte for byte and on the streams where it wrote it. The
   * process that is returned ends when all is shown; with {@code follow}, when the command has
   * ended and all is shown. Its exit status is 128 or more where it was ended itself.
   */
  public RemoteProcess output(ExecStreams streams, OutputPart part, boolean follow) {
    String script = DetachedScripts.output(id, part, follow);
    return connection.startOwn(script, streams, new Limit(QUESTION));
  }

  /**
   * Ends it and everything that it has started and that has kept its environment: by TERM, and what
   * is left after {@code grace} by KILL.
   *
   * @return whether nothing is known to be left
   */
  public boolean stop(Duration grace) {
    return connection.endMarked(id, "TERM", grace);
  }

  /** The failure of a question whose answer was cut off: all is being ended there. */
  public SshException brokenOff() {
    return new SshException(
        Reason.LOST,
        true,
        "the sandbox broke off its answer about the command " + id,
        "it may have been stopped",
        null);
  }

  private record Answer(int exitCode, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    String complaint() {
      String said = err.toString(UTF_8).strip();
      return said.isEmpty() ? "exit status " + exitCode : said;
    }
  }

  private static Answer ask(SshConnection connection, String script, Limit limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExecStreams streams = new ExecStreams(null, out, err);
    return new Answer(connection.startOwn(script, streams, limit).waitFor(limit), out, err);
  }

  /** The same with a script that has secrets in it. */
  private static Answer tell(SshConnection connection, String script, Limit limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExecStreams streams = new ExecStreams(null, out, err);
    return new Answer(connection.startSecret(script, streams, limit).waitFor(limit), out, err);
  }
}
