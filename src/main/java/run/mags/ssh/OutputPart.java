package run.mags.ssh;

/**
 * Which part of the output of a detached command is wanted.
 *
 * @param out whether its standard output is
 * @param err whether its standard error is
 * @param outFrom how many bytes of its standard output to leave out at the beginning
 * @param errFrom the same of its standard error
 */
public record OutputPart(boolean out, boolean err, long outFrom, long errFrom) {
  /** All of these streams. */
  public static OutputPart all(boolean out, boolean err) {
    return new OutputPart(out, err, 0, 0);
  }

  /** What is still wanted after {@code shown} has shown a part of it. */
  public OutputPart after(RemoteProcess shown) {
    return new OutputPart(out, err, outFrom + shown.written(false), errFrom + shown.written(true));
  }
}
