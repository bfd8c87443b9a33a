package run.mags.completion;

/** Names that only the API knows. */
public enum Kind {
  /** Jobs, newest first, by name and by id; the description begins with the status. */
  JOBS("jobs"),
  /** Stored workspaces. */
  WORKSPACES("workspaces"),
  /** Jobs on a schedule. */
  CRON("cron"),
  /** Subdomains of the user's choice. */
  ALIASES("aliases");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** What it is called in files and on command lines. */
  public String word() {
    return word;
  }

  /** The kind that is called so, or null. */
  public static Kind of(String word) {
    for (Kind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
