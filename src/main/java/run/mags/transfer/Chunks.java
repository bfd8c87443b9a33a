package run.mags.transfer;

/** How large files are divided, on both sides. */
final class Chunks {
  /** Both sides count in these, since {@code dd} does. */
  static final int MIB = 1024 * 1024;

  /** Bytes of one chunk, which has a checksum of its own. */
  static final int SIZE = 8 * MIB;

  /** A file with more bytes goes alone, in chunks. */
  static final long LARGE = SIZE;

  /** The same as {@code find} has it, which counts blocks of 512 bytes. */
  static final String IS_LARGE = "-size +" + LARGE / 512;

  private Chunks() {}
}
