package run.mags.transfer;

/**
 * One member of a tar archive.
 *
 * @param type what it is
 * @param path its path, as it stands there
 * @param target what a link leads to; empty for others
 * @param mode the permissions, at most 0777
 * @param modified the time of the last change in seconds since 1970
 * @param size bytes; 0 for all but files
 */
record TarEntry(Type type, String path, String target, int mode, long modified, long size) {
  /** What a member is; the character is the one in its header. */
  enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMBOLIC_LINK('2'),
    DIRECTORY('5'),
    OTHER('?');

    final char flag;

    Type(char flag) {
      this.flag = flag;
    }

    static Type of(char flag) {
      return switch (flag) {
        case '0', '\0', '7' -> FILE;
        case '1' -> HARD_LINK;
        case '2' -> SYMBOLIC_LINK;
        case '5' -> DIRECTORY;
        default -> OTHER;
      };
    }
  }
}
