package run.mags.ssh;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A public key as OpenSSH writes it.
 *
 * @param type such as {@code ssh-ed25519}
 * @param base64 the key in the wire format of RFC 4253, section 6.6, in base64
 */
record HostKey(String type, String base64) {
  /** The key in this form. */
  static HostKey of(PublicKey key) {
    ByteArrayBuffer wire = new ByteArrayBuffer(512, false);
    wire.putRawPublicKey(key);
    return new HostKey(
        KeyUtils.getKeyType(key), Base64.getEncoder().encodeToString(wire.getCompactData()));
  }

  /** The fingerprint as OpenSSH prints it, {@code SHA256:…}. */
  String fingerprint() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(base64));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Type and fingerprint. */
  @Override
  public String toString() {
    return type + " " + fingerprint();
  }
}
