package run.mags.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

  /** For a job with these files. */
  Uploads(Output output, List<Path> files) {
    this.output = output;
    this.count = files.size();
    this.total = files.stream().mapToLong(file -> file.toFile().length()).sum();
  }

  /** How far each file has come, in bytes. */
  private final Map<Path, Long> each = new ConcurrentHashMap<>();

  private final AtomicLong all = new AtomicLong();
  private final long total;
  private final int count;

  /** Submits and answers the job's id. */
  String submit(MagsClient mags, JobSpec spec) {
    return Spinner.during(output, () -> progress, () -> mags.submit(spec, this::sent));
  }

  private void sent(Path file, long sent, long ofFile) {
    Long before = each.put(file, sent);
    long sum = all.addAndGet(sent - (before == null ? 0 : before));
    String what = count == 1 ? file.getFileName().toString() : count + " files";
    progress = ProgressBar.text("sending " + what, sum, total);
  }
}
