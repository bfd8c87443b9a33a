package run.mags.ssh;

import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;

/** The kinds of host key that are accepted, the preferred one first. */
final class HostKeyTypes {
  /** The type of Ed25519 keys. */
  static final String ED25519 = "ssh-ed25519";

  private static final List<BuiltinSignatures> ALL =
      List.of(
          BuiltinSignatures.ed25519,
          BuiltinSignatures.nistp256,
          BuiltinSignatures.nistp384,
          BuiltinSignatures.nistp521,
          BuiltinSignatures.rsaSHA512,
          BuiltinSignatures.rsaSHA256);

  private HostKeyTypes() {}

  /**
   * All of them, those that a key of type {@code pinned} signs with first, so that a server with
   * several keys shows the one that is known; null leaves the order as it is.
   */
  static List<NamedFactory<Signature>> preferred(String pinned) {
    List<NamedFactory<Signature>> order = new ArrayList<>(ALL.size());
    for (BuiltinSignatures type : ALL) {
      if (signsFor(type, pinned)) {
        order.add(type);
      }
    }
    for (BuiltinSignatures type : ALL) {
      if (!signsFor(type, pinned)) {
        order.add(type);
      }
    }
    return order;
  }

  private static boolean signsFor(BuiltinSignatures type, String keyType) {
    boolean rsa = type == BuiltinSignatures.rsaSHA512 || type == BuiltinSignatures.rsaSHA256;
    return (rsa ? "ssh-rsa" : type.getName()).equals(keyType);
  }
}
