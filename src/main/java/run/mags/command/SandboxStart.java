package run.mags.command;

import java.time.Duration;
import java.util.Optional;
import run.mags.api.JobFinder;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.ssh.SshConnection;
import run.mags.wait.Deadline;

/** Reaches the sandbox of a name; where there is none, or it has ended, one is made. */
final class SandboxStart {
  private final CliContext cli;
  private final String name;
  private final Duration limit;
  private volatile boolean started;

  /**
   * Nothing is done yet.
   *
   * @param name a name; an id is only looked for
   * @param limit for everything together
   */
  SandboxStart(CliContext cli, String name, Duration limit) {
    this.cli = cli;
    this.name = name;
    this.limit = limit;
  }

  /** What goes on without us, when this was interrupted; null for nothing. */
  String hint() {
    return started
        ? "the sandbox may be starting; to stop it: mags stop " + ShellWord.of(name)
        : null;
  }

  /** Whether one has been made. */
  boolean hasStarted() {
    return started;
  }

  /** Connects. */
  SshConnection connect() {
    MagsClient mags = cli.mags();
    if (JobFinder.isId(name)) {
      return mags.connect(name, limit);
    }
    Deadline deadline = Deadline.in(limit, cli.host().sleeper());
    Optional<Job> found = mags.findIfThere(name);
    if (found.isPresent() && found.get().state() == JobStatus.STOPPING) {
      found = Optional.of(mags.awaitEnd(found.get().requestId(), name, limit));
    }
    boolean there = found.isPresent() && !found.get().state().isFinal();
    Job job = there ? found.get() : start(mags, found, deadline);
    return mags.connect(job, name, deadline.left());
  }

  private Job start(MagsClient mags, Optional<Job> former, Deadline deadline) {
    JobSpec spec = JobSpec.sandbox(name);
    if (former.isPresent() && former.get().workspaceId() != null) {
      // To go on where it was left, even if the workspace has another name.
      spec.workspace(former.get().workspaceId());
    }
    try {
      String id = mags.submit(spec);
      started = true;
      return mags.awaitMachine(id, deadline.left());
    } catch (CliException refused) {
      if (refused.kind() != ErrorKind.CONFLICT) {
        throw refused;
      }
      // Someone else was faster between our look and our request.
      return mags.find(name);
    }
  }
}
