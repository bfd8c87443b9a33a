package run.mags.keeper;

/** What a keeper keeps: the program that runs the calls, with whatever it holds for the next. */
public interface Program {
  /** Runs a call to its end and answers its exit code. Never throws. */
  int run(KeptCall call);

  /** Some time has passed: what has not been used for long may go. Called about once a second. */
  void tick();

  /** The machine has slept, or its clock was set: no connection can be relied on. */
  void woken();

  /** There will be no more calls. */
  void end();
}
