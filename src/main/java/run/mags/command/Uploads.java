package run.mags.command;

import java.nio.file.Path;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.terminal.Output;
import run.mags.terminal.ProgressBar;
import run.mags.terminal.Spinner;

/** Submits a job under a progress bar for the files that are sent with it. */
final class Uploads {
  private final Output output;

  /** What is being sent; replaced as it goes on. */
  private volatile String progress = "sending";

  Uploads(Output output) {
    this.output = output;
  }

  /** Submits and answers the job's id. */
  String submit(MagsClient mags, JobSpec spec) {
    return Spinner.during(output, () -> progress, () -> mags.submit(spec, this::sent));
  }

  private void sent(Path file, long sent, long total) {
    progress = ProgressBar.text("sending " + file.getFileName(), sent, total);
  }
}
