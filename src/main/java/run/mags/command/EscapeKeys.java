package run.mags.command;

import java.io.ByteArrayOutputStream;

/**
 * Finds the escape keys in what is typed: {@code ~} as the first character of a line and one more,
 * as OpenSSH's client has them. Everything else is passed on untouched.
 */
final class EscapeKeys {
  private static final int ESCAPE = '~';
  private static final int CTRL_Z = 26;

  private final Actions actions;
  private boolean lineStart = true;
  private boolean pending;

  /** What escape keys do. */
  interface Actions {
    /** {@code ~.}: the session is to end. */
    void leave();

    /** {@code ~^Z}: we are to be suspended; comes back when we go on. */
    void suspend();

    /** {@code ~#}: the ports that are forwarded are to be told. */
    void listForwards();

    /** {@code ~?}: the keys are to be explained. */
    void explain();
  }

  EscapeKeys(Actions actions) {
    this.actions = actions;
  }

  /**
   * Takes the first {@code count} bytes and answers what is to be passed on. A {@code ~} that may
   * begin an escape waits for the next call. What follows {@code ~.} is dropped.
   */
  byte[] filter(byte[] typed, int count) {
    ByteArrayOutputStream passed = new ByteArrayOutputStream(count + 1);
    for (int i = 0; i < count; i++) {
      int key = typed[i];
      if (pending) {
        pending = false;
        if (key == '.') {
          actions.leave();
          return passed.toByteArray();
        }
        if (key == CTRL_Z) {
          actions.suspend();
          continue;
        }
        if (key == '#') {
          actions.listForwards();
          continue;
        }
        if (key == '?') {
          actions.explain();
          continue;
        }
        passed.write(ESCAPE);
        if (key == ESCAPE) {
          lineStart = false;
          continue;
        }
      } else if (key == ESCAPE && lineStart) {
        pending = true;
        continue;
      }
      passed.write(key);
      lineStart = key == '\r' || key == '\n';
    }
    return passed.toByteArray();
  }
}
