package run.mags.terminal;

/** Colours by meaning; without colour every method returns the text unchanged. */
public final class Style {
  private final boolean on;

  /** Colours that are on or off. */
  public Style(boolean on) {
    this.on = on;
  }

  /** Whether colours are on. */
  public boolean isOn() {
    return on;
  }

  /** Something that went well or is alive. */
  public String success(String text) {
    return paint("32", text);
  }

  /** Something that failed. */
  public String failure(String text) {
    return paint("31", text);
  }

  /** Something to take note of. */
  public String warning(String text) {
    return paint("33", text);
  }

  /** Something of less weight. */
  public String dim(String text) {
    return paint("2", text);
  }

  /** A heading. */
  public String bold(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
