package run.mags.ssh;

import java.util.Objects;

/**
 * Where to connect to and as whom.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param user login name
 * @param privateKey the key as text, in OpenSSH's own or in PEM format, without a passphrase; a
 *     secret
 * @param pinName under which the host key is remembered (the id of the virtual machine), or null
 *     when the machine is not known: its host key is then neither checked nor remembered
 */
public record SshTarget(String host, int port, String user, String privateKey, String pinName) {
  /** Checks that nothing but the pin name is missing and that the port is one. */
  public SshTarget {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(privateKey, "privateKey");
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  /** The address as people write it, {@code host:port}, an IPv6 address in brackets. */
  public String address() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** Everything but the key. */
  @Override
  public String toString() {
    return "SshTarget[" + user + "@" + address() + ", pinName=" + pinName + "]";
  }
}
