package run.mags.client;

import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.error.ExitCode;

/**
 * How a job ended, and what its script wrote.
 *
 * @param job the job as it was seen last
 * @param exitCode the script's exit code, 0 to 255; 1 where the job failed without one
 * @param stdout what it wrote to standard output
 * @param stderr what it wrote to standard error
 */
public record RunResult(Job job, int exitCode, String stdout, String stderr) {
  /** The exit code of a job that has ended. */
  public static int exitCode(Job job) {
    if (job.exitCode() != null) {
      return job.exitCode() & 0xff;
    }
    return job.state() == JobStatus.ERROR ? ExitCode.FAILED : ExitCode.OK;
  }
}
