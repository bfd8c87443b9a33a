package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The names of what is not complete yet, beside where it will be. */
final class PartName {
  /** What a file name may have on Linux and macOS, less what is added here. */
  private static final int LONGEST = 255 - 12;

  /** What the directory begins with in which small files gather. */
  static final String STAGING = ".mags-cp-";

  private PartName() {}

  /** The name under which a large file arrives, the same in each attempt. */
  static String of(String name) {
    if (name.getBytes(UTF_8).length <= LONGEST) {
      return "." + name + ".mags-part";
    }
    return "." + Digests.hex(Digests.sha256().digest(name.getBytes(UTF_8))) + ".mags-part";
  }
}
