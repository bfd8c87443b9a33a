package run.mags.command;

/**
 * A command whose exit code is the remote's own: every failure that is not the remote's, wrong
 * usage included, ends it with 125 instead of the code it would have elsewhere. A timeout and
 * signals keep theirs.
 */
public interface ReturnsRemoteStatus {
  /** Whether it does so with the options that it was given. */
  default boolean returnsRemoteStatus() {
    return true;
  }

  /** Whether {@code command} is one that does. */
  static boolean by(Object command) {
    return command instanceof ReturnsRemoteStatus returning && returning.returnsRemoteStatus();
  }
}
