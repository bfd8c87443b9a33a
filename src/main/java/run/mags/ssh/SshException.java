package run.mags.ssh;

import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** An SSH connection that did not come about or did not last, and what is known about it. */
public final class SshException extends CliException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The host name has no address. */
    UNKNOWN_HOST(ErrorKind.CONNECTION, true),
    /** Nobody listens on the port, or the host cannot be reached. */
    UNREACHABLE(ErrorKind.CONNECTION, true),
    /** The port accepts and then says nothing that is SSH: the server is not up yet. */
    NOT_UP(ErrorKind.CONNECTION, true),
    /** The two sides have no algorithm in common, or one of them broke the protocol. */
    PROTOCOL(ErrorKind.CONNECTION, false),
    /** The server does not accept the key. */
    AUTHENTICATION(ErrorKind.CONNECTION, false),
    /** The private key that was given cannot be read. */
    BAD_KEY(ErrorKind.CONNECTION, false),
    /** The server's host key is not the one that this machine had before. */
    HOST_KEY(ErrorKind.HOST_KEY, false),
    /** The server took the connection but not the command. */
    REFUSED(ErrorKind.CONNECTION, false),
    /** The connection ended before a command had told its exit status. */
    LOST(ErrorKind.CONNECTION, true),
    /** Connecting took longer than allowed. */
    CONNECT_TIMEOUT(ErrorKind.CONNECTION, true),
    /** The command took longer than allowed. */
    COMMAND_TIMEOUT(ErrorKind.TIMEOUT, false);

    private final ErrorKind kind;
    private final boolean passing;

    Reason(ErrorKind kind, boolean passing) {
      this.kind = kind;
      this.passing = passing;
    }
  }

  private final Reason reason;
  private final boolean begun;
  private final String brief;

  /** A failure before any command was sent; {@code hint} and {@code cause} may be null. */
  SshException(Reason reason, String message, String hint, Throwable cause) {
    this(reason, false, message, hint, cause);
  }

  /** A failure; {@code begun} tells whether a command may have begun to run. */
  SshException(Reason reason, boolean begun, String message, String hint, Throwable cause) {
    super(reason.kind, message, hint, cause);
    this.reason = reason;
    this.begun = begun;
    this.brief = message;
  }

  /** A failure before any command was sent, with what was heard of it, which may be null. */
  SshException(Reason reason, String brief, String heard, String hint, Throwable cause) {
    super(reason.kind, heard == null ? brief : brief + " (" + heard + ")", hint, cause);
    this.reason = reason;
    this.begun = false;
    this.brief = brief;
  }

  /** The message without what was heard from the network or the server. */
  public String brief() {
    return brief;
  }

  /** Why it failed. */
  public Reason reason() {
    return reason;
  }

  /** Whether the command may have begun to run, so that it must not be sent again. */
  public boolean begun() {
    return begun;
  }

  /** Whether the same may succeed later: nothing had begun and the reason is one that passes. */
  @Override
  public boolean retryable() {
    return !begun && reason.passing;
  }
}
