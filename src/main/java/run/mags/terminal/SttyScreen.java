package run.mags.terminal;

/** The controlling terminal by way of {@code stty}; its settings are those of when this is made. */
final class SttyScreen implements Screen {
  private String saved;
  private final String settings;
  private final WindowSize size;
  private boolean raw;
  private boolean restored;

  private SttyScreen(String saved, String size, String settings) {
    this.saved = saved;
    this.size = WindowSize.parse(size);
    this.settings = settings;
  }

  /** The terminal, or null where there is none or no stty. */
  static Screen open() {
    // One process instead of three, since this is on the way to the first prompt.
    String[] printed = Stty.script("stty -g && stty size && stty -a").split("\n", 3);
    return printed.length < 3 ? null : new SttyScreen(printed[0].trim(), printed[1], printed[2]);
  }

  /** Asked for anew as soon as the terminal is in use, since it may have changed by then. */
  @Override
  public synchronized WindowSize size() {
    return raw ? WindowSize.parse(Stty.run("size")) : size;
  }

  @Override
  public String settings() {
    return settings;
  }

  /** Beyond {@code raw}, {@code -iexten} keeps BSD from taking ^V and ^O for itself. */
  @Override
  public synchronized boolean raw() {
    if (restored) {
      // Whoever had it in between may have changed it.
      String now = Stty.run("-g");
      saved = now.isEmpty() ? saved : now;
      restored = false;
    }
    raw = true;
    return Stty.change("raw", "-echo", "-iexten");
  }

  @Override
  public void suspend() {
    restore();
    Stty.stopUs();
  }

  @Override
  public synchronized void restore() {
    if (raw) {
      raw = false;
      restored = true;
      Stty.change(saved);
    }
  }
}
