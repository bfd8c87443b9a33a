package run.mags.local.sandbox;

/** What network sandboxes have. */
public enum Network {
  /** The host's: what listens in a sandbox listens on this machine, and no two on one port. */
  HOST("host"),
  /** One of its own for each sandbox. */
  PRIVATE("private");

  private final String word;

  Network(String word) {
    this.word = word;
  }

  /** The word for it in options and status answers. */
  public String word() {
    return word;
  }
}
