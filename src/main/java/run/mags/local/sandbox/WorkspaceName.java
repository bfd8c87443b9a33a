package run.mags.local.sandbox;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Directory names for workspaces: safe on every file system, and different for different names. */
final class WorkspaceName {
  private static final int LONGEST = 160;

  private WorkspaceName() {}

  /**
   * The directory name of a workspace. Lower-case letters, digits, dash, underscore and inner dots
   * stay, every other byte of the UTF-8 form becomes {@code %XX}: capitals too, because some file
   * systems do not tell them apart. A longer result than 160 characters is cut, and {@code ~} with
   * the SHA-256 of the name put behind it; the empty name is {@code %}.
   *
   * @throws CliException when the name is not Unicode text (half of a surrogate pair)
   */
  static String encode(String name) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new CliException(
          ErrorKind.USAGE, "the workspace name is not Unicode text", "Choose another name.", e);
    }
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < bytes.limit(); i++) {
      int b = bytes.get(i) & 0xff;
      boolean plain = (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_';
      if (plain || (b == '.' && i > 0)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) b));
      }
    }
    if (encoded.length() == 0) {
      return "%";
    }
    if (encoded.length() <= LONGEST) {
      return encoded.toString();
    }
    return encoded.substring(0, LONGEST - 65) + "~" + digest(bytes);
  }

  private static String digest(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.rewind());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
