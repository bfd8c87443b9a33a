package run.mags.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 sums of files, of which some thousands are compared as one: the sum of all digests as
 * numbers, which does not depend on the order. It tells damage, not malice.
 */
final class Digests {
  /** Digits of a SHA-256 sum in hexadecimal. */
  static final int HEX = 64;

  private final byte[] sum = new byte[32];
  private long count;

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(2 * bytes.length);
    for (byte b : bytes) {
      text.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    return text.toString();
  }

  private synchronized void add(byte[] digest) {
    int carry = 0;
    for (int i = sum.length - 1; i >= 0; i--) {
      carry += (sum[i] & 0xff) + (digest[i] & 0xff);
      sum[i] = (byte) carry;
      carry >>= 8;
    }
    count++;
  }

  /** Adds a digest of one file as {@code sha256sum} writes it; false if it is none. */
  boolean add(String hex) {
    if (hex.length() != HEX) {
      return false;
    }
    byte[] digest = new byte[HEX / 2];
    for (int i = 0; i < digest.length; i++) {
      int high = Character.digit(hex.charAt(2 * i), 16);
      int low = Character.digit(hex.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        return false;
      }
      digest[i] = (byte) (high << 4 | low);
    }
    add(digest);
    return true;
  }

  /** All of them as one text. */
  synchronized String text() {
    return count + ":" + hex(sum);
  }
}
