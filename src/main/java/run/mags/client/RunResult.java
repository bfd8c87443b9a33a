package run.mags.client;

import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.error.ExitCode;

/**
 * How a job ended, and what its script wrote.
 *
 * @param job the job as it was seen last
 * @param exitCode the script's exit code, 0 to 255; 1 where the job failed without one, or the API
 *     gives one that is none
 * @param stdout what it wrote to standard output
 * @param stderr what it wrote to standard error
 */
public record RunResult(Job job, int exitCode, String stdout, String stderr) {
  /** The exit code of a job that has ended. */
  public static int exitCode(Job job) {
    boolean failed = job.state() == JobStatus.ERROR;
    if (job.exitCode() == null || (failed && job.exitCode() == 0)) {
      return failed ? ExitCode.FAILED : ExitCode.OK;
    }
    return hasOddCode(job) ? ExitCode.FAILED : job.exitCode();
  }

  /** Whether the API gives an exit code that none can be: they go from 0 to 255. */
  public static boolean hasOddCode(Job job) {
    return job.exitCode() != null && (job.exitCode() < 0 || job.exitCode() > 255);
  }
}
