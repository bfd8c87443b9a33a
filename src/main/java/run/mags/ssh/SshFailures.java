package run.mags.ssh;

import java.io.IOException;
import run.mags.ssh.SshException.Reason;

/** What goes wrong on a connection, in words, with what is known of the other side. */
final class SshFailures {
  private static final String UNKNOWN_END =
      "whether the command has ended is not known; it may still be running in the sandbox";

  private final SshTarget target;
  private final SshLine line;

  SshFailures(SshTarget target, SshLine line) {
    this.target = target;
    this.line = line;
  }

  /** No channel came about. */
  SshException notOpened(boolean lost, Throwable cause, Limit limit) {
    if (lost) {
      return new SshException(
          Reason.LOST, "the connection to " + target.address() + " was lost" + why(), null, cause);
    }
    if (cause != null) {
      return new SshException(
          Reason.REFUSED,
          "the SSH server at "
              + target.address()
              + " opens no more channels: "
              + cause.getMessage(),
          "it allows a limited number of sessions on one connection",
          cause);
    }
    return new SshException(
        Reason.CONNECT_TIMEOUT,
        "the SSH server at " + target.address() + " did not answer within " + limit,
        null,
        null);
  }

  /** The server did not take the command. */
  SshException refused() {
    return new SshException(
        Reason.REFUSED,
        "the SSH server at " + target.address() + " refused to run the command",
        "look at its log inside the sandbox",
        null);
  }

  /** The server opened no terminal. */
  SshException noTerminal() {
    return new SshException(
        Reason.REFUSED,
        true,
        "the SSH server at " + target.address() + " gave no terminal",
        "the command was ended; run it without a terminal",
        null);
  }

  /** The end came before the exit status, of a shell on a terminal or of a command. */
  SshException lost(boolean shell) {
    String what =
        line.isOpen()
            ? "the SSH server at " + target.address() + " gave no exit status"
            : "the connection to " + target.address() + " was lost before the command had ended";
    return new SshException(
        Reason.LOST,
        true,
        what + why(),
        shell
            ? "the shell ends with its connection; what is to go on can run in tmux there"
            : "the command may still be running; it was not started a second time",
        line.link().failure());
  }

  /** Nothing came any more when the command was to end. */
  SshException unheard() {
    return new SshException(
        Reason.LOST,
        true,
        "no answer from the SSH server at " + target.address() + silence(),
        UNKNOWN_END,
        null);
  }

  private static String silence() {
    return " for " + Vigil.LONGEST_SILENCE.toSeconds() + " s";
  }

  /**
   * The command took too long.
   *
   * @param gone whether nothing is known to be left of it
   * @param unheard whether the other side no longer answered when it was to end it
   */
  SshException timedOut(Limit limit, boolean gone, boolean unheard) {
    return new SshException(
        Reason.COMMAND_TIMEOUT,
        true,
        "the command did not end within "
            + limit
            + (unheard ? ", and the sandbox has not answered" + silence() : ""),
        endHint(gone, unheard),
        null);
  }

  private static String endHint(boolean gone, boolean unheard) {
    if (unheard) {
      return UNKNOWN_END;
    }
    return gone
        ? "it was ended, and so was all that it had started"
        : "it was told to end, but whether all that it had started is gone is not known";
  }

  private String why() {
    IOException failure = line.link().failure();
    return failure == null || line.isOpen() ? "" : " (" + failure.getMessage() + ")";
  }
}
