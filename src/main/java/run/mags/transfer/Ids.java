package run.mags.transfer;

import java.util.UUID;

/** Names that nothing else has. */
final class Ids {
  private Ids() {}

  /** 16 hexadecimal digits, never the same. */
  static String next() {
    String hex = UUID.randomUUID().toString().replace("-", "");
    return hex.substring(hex.length() - 16);
  }
}
