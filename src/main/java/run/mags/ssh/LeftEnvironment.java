package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The environment of a command on a terminal. It cannot go through standard input, where a terminal
 * would echo it, and must not be an argument. So it is left in the sandbox before, in a file of its
 * owner's alone, which the command's shell reads and removes as the first thing that it does.
 *
 * @param file where, as a shell reads it
 */
record LeftEnvironment(String file) {
  private static final String DIRECTORY = "${HOME:-/root}/.mags";

  /**
   * Leaves the environment of a command.
   *
   * @throws CliException of kind REFUSED if the sandbox cannot keep it
   */
  static LeftEnvironment leave(SshConnection connection, RemoteCommand command, Limit limit) {
    String file = DIRECTORY + "/env-" + SshConnection.newId();
    String script = "umask 077; mkdir -p \"" + DIRECTORY + "\" && cat >\"" + file + "\" || exit 1";
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExecStreams streams =
        new ExecStreams(
            new ByteArrayInputStream(command.exports().getBytes(UTF_8)),
            OutputStream.nullOutputStream(),
            err);
    if (connection.startOwn(script, streams, limit).waitFor(limit) != 0) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the sandbox could not take the environment: " + err.toString(UTF_8).strip(),
          "the command was not run; is there space left on its disk?");
    }
    return new LeftEnvironment(file);
  }

  /** What the command's shell does first. */
  String take() {
    return "MAGS_LEFT=$(cat \"" + file + "\") && rm -f \"" + file + "\" || exit 125; ";
  }

  /** What it does to set the environment. */
  String set() {
    return "eval \"unset MAGS_LEFT; $MAGS_LEFT\"; ";
  }
}
