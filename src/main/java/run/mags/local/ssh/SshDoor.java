package run.mags.local.ssh;

/**
 * The way into one job.
 *
 * @param host the address of its SSH server
 * @param port the port
 * @param privateKey the client key in OpenSSH's format: a secret
 */
public record SshDoor(String host, int port, String privateKey) {
  /** The name of the file in a door's directory that says on which port it was open last. */
  public static final String PORT_FILE = "ssh_port";

  /** Everything but the key. */
  @Override
  public String toString() {
    return "SshDoor[host=%s, port=%d]".formatted(host, port);
  }
}
