package run.mags.local;

import java.util.OptionalLong;
import run.mags.api.model.JobRequest;
import run.mags.local.sandbox.Limits;

/** What a job may use, as its submission says. */
final class JobLimits {
  /** The variable of a job's environment that says how much memory it has, in GB. */
  static final String MEMORY = "__MAGS_MEM_GB";

  private static final double LEAST_GB = 0.01;
  private static final double MOST_GB = 1_000_000;
  private static final long GB = 1L << 30;

  private JobLimits() {}

  /** The limits of a job. */
  static Limits of(JobRequest request) {
    String memory = request.environment().get(MEMORY);
    return new Limits(
        memory == null ? OptionalLong.empty() : OptionalLong.of(memory(memory)),
        request.diskGb() == null
            ? OptionalLong.empty()
            : OptionalLong.of(request.diskGb().longValue() * GB));
  }

  /**
   * The bytes that {@link #MEMORY} sets.
   *
   * @throws ApiRefusal if it is no number from 0.01 to a million
   */
  static long memory(String text) {
    try {
      double gb = Double.parseDouble(text);
      if (gb >= LEAST_GB && gb <= MOST_GB) {
        return (long) (gb * GB);
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new ApiRefusal(400, MEMORY + " must be a number of GB, at least " + LEAST_GB);
  }
}
