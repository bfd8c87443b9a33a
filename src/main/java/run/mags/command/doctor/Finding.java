package run.mags.command.doctor;

/**
 * What was found out about one thing.
 *
 * @param what the thing, such as {@code config file}
 * @param state how it stands
 * @param detail what was seen, on one line
 * @param cure what to do; empty where all is well
 */
record Finding(String what, State state, String detail, String cure) {
  /** How a thing stands. */
  enum State {
    /** As it should be. */
    ok,
    /** It works, with less than there could be. */
    warn,
    /** It does not work. */
    fail
  }

  static Finding ok(String what, String detail) {
    return new Finding(what, State.ok, detail, "");
  }

  static Finding warn(String what, String detail, String cure) {
    return new Finding(what, State.warn, detail, cure);
  }

  static Finding fail(String what, String detail, String cure) {
    return new Finding(what, State.fail, detail, cure);
  }
}
