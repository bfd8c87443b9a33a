package run.mags.local.sandbox;

/** How far a sandbox is kept apart from the host, strongest first. */
public enum Isolation {
  /** Linux namespaces; the workspace is an overlay's upper directory. */
  OVERLAY("ns"),
  /**
   * Linux namespaces; the workspace is a plain tree, because its file system cannot hold an
   * overlay.
   */
  FLAT("flat"),
  /** Plain processes on the host: nothing is kept apart. */
  PLAIN("plain");

  private final String word;

  Isolation(String word) {
    this.word = word;
  }

  /** The word for it in options and status answers. */
  public String word() {
    return word;
  }
}
