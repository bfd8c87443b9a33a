package run.mags.api;

import java.time.Duration;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Deadline;
import run.mags.wait.Sleeper;

/**
 * How long someone who waits for a job bears with failures: the job goes on, whatever a look at it
 * meets, so an odd answer or a service that restarts is no reason to leave it alone. A job that was
 * just submitted may not be known everywhere at once.
 */
public final class Lenience {
  /** How long after the last good answer the wait is given up. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration NOT_FOUND_LIMIT = Duration.ofSeconds(10);

  private final MagsApiClient api;
  private final Sleeper sleeper;
  private final String id;
  private Deadline window;
  private Deadline notFoundWindow;

  /** For a wait for the job {@code id}. */
  public Lenience(MagsApiClient api, Sleeper sleeper, String id) {
    this.api = api;
    this.sleeper = sleeper;
    this.id = id;
  }

  /** A look has succeeded: what comes now is counted anew. */
  public void good() {
    window = null;
  }

  /**
   * Returns if the wait is to go on.
   *
   * @throws CliException the failure with what to do about the job, if it will not pass or has
   *     lasted too long
   */
  public void bear(CliException failure) {
    if (window == null) {
      window = Deadline.in(LIMIT, sleeper);
      notFoundWindow = Deadline.in(NOT_FOUND_LIMIT, sleeper);
    }
    boolean passes =
        switch (failure.kind()) {
          case UNAVAILABLE, RATE_LIMITED, BAD_ANSWER -> !window.passed();
          case NOT_FOUND -> api.hasSubmitted(id) && !notFoundWindow.passed();
          default -> false;
        };
    if (!passes) {
      throw failure.kind() == ErrorKind.INTERRUPTED ? failure : withAdvice(failure);
    }
  }

  private CliException withAdvice(CliException failure) {
    String own = failure.hint().map(hint -> hint + "; ").orElse("");
    return new CliException(
        failure.kind(),
        failure.getMessage(),
        own + "the job may go on: mags logs -f " + id + ", or mags stop " + id,
        failure);
  }
}
