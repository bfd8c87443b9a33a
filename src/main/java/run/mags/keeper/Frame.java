package run.mags.keeper;

/** The kinds of frames on a {@link Link}; a frame is a kind, a length, and that many bytes. */
final class Frame {
  /** The caller's first: a {@link Request}. Nothing is begun by it. */
  static final int REQUEST = 'R';

  /** The keeper takes the call. */
  static final int TAKEN = 'T';

  /** The keeper does not take the call. */
  static final int REFUSED = 'N';

  /** The caller has handed the call over: from here on it may have begun. */
  static final int GO = 'G';

  /** Bytes for standard output; answered by {@link #WRITTEN} when they are written. */
  static final int OUT = 'o';

  /** Bytes for standard error; answered by {@link #ERR_WRITTEN}. */
  static final int ERR = 'e';

  /** The answer to {@link #OUT}: why the bytes could not be written, or nothing. */
  static final int WRITTEN = 'O';

  /** The answer to {@link #ERR}, likewise. */
  static final int ERR_WRITTEN = 'E';

  /** Asks for standard input: an int, how many bytes at most. */
  static final int ASK = 'i';

  /** The answer to {@link #ASK}: bytes; none at the end of input. */
  static final int INPUT = 'I';

  /** The other answer to {@link #ASK}: why the input cannot be read. */
  static final int UNREADABLE = 'U';

  /** Asks how wide the terminal is. */
  static final int ASK_WIDTH = 'w';

  /** The answer to {@link #ASK_WIDTH}: an int. */
  static final int WIDTH = 'W';

  /** Wants to be told of signals by their names. */
  static final int WATCH_SIGNALS = 's';

  /** A signal of the caller: its name. */
  static final int SIGNAL = 'S';

  /** The end of the call: an int, its exit code. */
  static final int EXIT = 'x';

  /** The keeper cannot do this call after all, and has done nothing of it. */
  static final int HANDED_BACK = 'b';

  private Frame() {}
}
