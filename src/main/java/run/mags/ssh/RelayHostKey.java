package run.mags.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/**
 * The host key that {@link SshRelay} shows to the OpenSSH client that has started it. It protects
 * nothing but a pipe between two processes of one user; sandboxes have host keys of their own.
 */
public final class RelayHostKey {
  private final KeyPair pair;

  private RelayHostKey(KeyPair pair) {
    this.pair = pair;
  }

  /** A new Ed25519 key as text, in OpenSSH's format: a secret. */
  public static String newText() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      KeyPair pair = KeyUtils.generateKeyPair(HostKeyTypes.ED25519, 256);
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "mags ssh-proxy", null, text);
    } catch (IOException | GeneralSecurityException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
    return text.toString(StandardCharsets.US_ASCII);
  }

  /**
   * The key in a text that {@link #newText} made.
   *
   * @throws SshException if there is none in it
   */
  public static RelayHostKey of(String text) {
    return new RelayHostKey(PrivateKeys.read(text));
  }

  /** The line of a known_hosts file that says that it is the key of {@code host}. */
  public String knownHost(String host) {
    HostKey key = HostKey.of(pair.getPublic());
    return host + " " + key.type() + " " + key.base64();
  }

  KeyPair pair() {
    return pair;
  }
}
