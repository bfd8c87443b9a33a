package run.mags.transfer;

/** Is told how far a copy has come, on any thread. */
public interface CopyProgress {
  /** Takes nothing. */
  CopyProgress NONE = (name, done, total) -> {};

  /**
   * Some of it was copied.
   *
   * @param name the file that it is about
   * @param done bytes so far, of all files
   * @param total bytes of all files; -1 when that is not known
   */
  void copied(String name, long done, long total);
}
