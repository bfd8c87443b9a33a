package run.mags.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Collection;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.loader.KeyPairResourceParser;
import org.apache.sshd.common.config.keys.loader.openssh.OpenSSHKeyPairResourceParser;
import org.apache.sshd.common.config.keys.loader.pem.PEMResourceParserUtils;

/** Private keys in text form. */
final class PrivateKeys {
  private PrivateKeys() {}

  /**
   * Reads the first key of a text in OpenSSH's own or in PEM format.
   *
   * @throws SshException if there is none, or if it is locked by a passphrase; the message quotes
   *     nothing of the text
   */
  static KeyPair read(String text) {
    KeyPairResourceParser parser =
        text.contains("BEGIN OPENSSH PRIVATE KEY")
            ? OpenSSHKeyPairResourceParser.INSTANCE
            : PEMResourceParserUtils.PROXY;
    try {
      List<String> lines = List.of(text.replace("\r", "").split("\n", 0));
      Collection<KeyPair> keys =
          parser.loadKeyPairs(null, NamedResource.ofName("the sandbox's key"), null, lines);
      if (keys != null && !keys.isEmpty()) {
        return keys.iterator().next();
      }
    } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
      throw unusable(unreadable.getClass().getSimpleName());
    }
    throw unusable("no key in it");
  }

  private static SshException unusable(String why) {
    return new SshException(
        SshException.Reason.BAD_KEY,
        "the private key of the sandbox cannot be read (" + why + ")",
        "it has to be an unencrypted key in OpenSSH format; ask for access again",
        null);
  }
}
