package run.mags.ssh;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import run.mags.error.CliException;

/**
 * A request on a channel (RFC 4254, section 6), as an OpenSSH client makes it, and as it goes to a
 * sandbox: there SSH lands outside the tree that its jobs see, so that shells, commands and file
 * transfer are made to enter it.
 */
final class RelayedRequest {
  /**
   * A type that no server knows: so a refusal comes in the order in which the client waits for
   * answers, which carry no number.
   */
  static final String REFUSED = "not-forwarded@mags";

  /** Debian and Alpine, Fedora, Arch, SUSE, and what PATH has. */
  private static final String SFTP_SERVER =
      "cd \"${HOME:-/root}\" 2>/dev/null;"
          + " for server in /usr/lib/openssh /usr/libexec/openssh /usr/lib/ssh /usr/libexec/ssh; do"
          + " [ ! -x $server/sftp-server ] || exec $server/sftp-server; done;"
          + " command -v sftp-server >/dev/null && exec sftp-server;"
          + " echo 'mags: there is no sftp-server in the sandbox; install it there"
          + " (openssh-sftp-server), or use scp -O or rsync' >&2; exit 127";

  private final String type;
  private final byte[] rest;

  /** A request for {@code type}; {@code rest} is what belongs to it. */
  RelayedRequest(String type, byte[] rest) {
    this.type = type;
    this.rest = rest;
  }

  /** What is asked for. */
  String type() {
    return type;
  }

  /** What belongs to it; do not change it. */
  byte[] rest() {
    return rest;
  }

  /** The same request for the sandbox. */
  RelayedRequest forSandbox() {
    return switch (type) {
      case "exec" -> command();
      case "shell" -> exec(entering(RemoteCommand.loginShell(Map.of(), null)));
      case "subsystem" ->
          firstString().equals("sftp")
              ? exec(OverlayCommand.ofScript(SFTP_SERVER, null, OverlayCommand.OVERLAY))
              : this;
      case "auth-agent-req@openssh.com", "x11-req" -> refused();
      default -> this;
    };
  }

  private RelayedRequest command() {
    try {
      OverlayCommand command = entering(RemoteCommand.of(firstString()));
      // What does not fit into an argument would not without us either, or hardly.
      return command.input().isEmpty() ? exec(command) : refused();
    } catch (CliException notACommand) {
      return refused();
    }
  }

  private static OverlayCommand entering(RemoteCommand command) {
    return OverlayCommand.of(command, null, OverlayCommand.OVERLAY);
  }

  private static RelayedRequest exec(OverlayCommand command) {
    Buffer packed = new ByteArrayBuffer(command.text().length() + Integer.BYTES, false);
    packed.putBytes(command.text().getBytes(StandardCharsets.ISO_8859_1));
    return new RelayedRequest("exec", packed.getCompactData());
  }

  private static RelayedRequest refused() {
    return new RelayedRequest(REFUSED, new byte[0]);
  }

  /** A character for each byte: whatever the bytes mean, they arrive as they are. */
  private String firstString() {
    return new ByteArrayBuffer(rest).getString(StandardCharsets.ISO_8859_1);
  }
}
