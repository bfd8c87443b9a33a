package run.mags.client;

import java.time.Duration;
import java.util.function.Consumer;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;
import run.mags.wait.WaitTimeoutException;

/**
 * A change of a sandbox's disk size. The API cannot change the size of a disk, so the sandbox is
 * made anew on its workspace: sync, stop, wait until it has stopped, create, wait until it can be
 * used. A step begins only when the one before it is certain, so that nothing is lost wherever this
 * ends; running it again goes on from there, and {@link #remains} says what is left.
 *
 * <p>The new sandbox has the old one's name, workspace, base workspace, startup command and sleep
 * setting, as far as the API tells them. It does not tell the environment: that can be given anew.
 * What it may have had and nobody can know is said to {@link #notes} before anything is stopped.
 */
public final class Resize {
  private static final Duration RELEASE = Duration.ofSeconds(15);

  private final MagsClient mags;
  private final MagsApiClient api;
  private final String workspace;
  private final int diskGb;
  private Anew anew = new Anew(JobSpec.script(""));
  private Duration limit = MagsClient.DEFAULT_LIMIT;
  private boolean force;
  private Consumer<String> steps = step -> {};
  private Consumer<String> notes = note -> {};
  private volatile boolean changed;

  /** What is true by now; read by whoever is told of an interrupt. */
  private volatile String remains;

  Resize(MagsClient mags, String workspace, int diskGb) {
    this.mags = mags;
    this.api = mags.api();
    this.workspace = workspace;
    this.diskGb = diskGb;
    this.remains = "nothing was changed";
  }

  /** Goes on when syncing fails; what was written since the last sync may be lost then. */
  public Resize force(boolean newForce) {
    force = newForce;
    return this;
  }

  /** Takes a word for each step as it begins. */
  public Resize steps(Consumer<String> sink) {
    steps = sink;
    return this;
  }

  /** Takes what its user should know: settings that cannot be kept, or are not needed. */
  public Resize notes(Consumer<String> sink) {
    notes = sink;
    return this;
  }

  /**
   * What the API may not tell of the new sandbox: its environment, base workspace, startup command,
   * and that it never sleeps. The rest of {@code extras} counts for nothing.
   */
  public Resize with(JobSpec extras) {
    anew = new Anew(extras);
    return this;
  }

  /** Whether something was done, or the size was right already. */
  public boolean changed() {
    return changed;
  }

  /** What is true by now, and what to do about it: one sentence. */
  public String remains() {
    return remains;
  }

  /**
   * Does it.
   *
   * @param each how long each wait may take: for the stop, and for the new sandbox
   * @return the sandbox with the new size; the old one where it has that size already
   * @throws CliException with what is left and the command that goes on, of the kind that the
   *     failed step has; (NOT_FOUND) if there is neither a job nor a workspace of this name;
   *     (CONFLICT) if what works in it is not a sandbox that can be made anew
   */
  public Job run(Duration each) {
    limit = each;
    Job old = mags.findIfThere(workspace).map(this::details).orElse(null);
    boolean elsewhere = old != null && !workspace.equals(old.workspaceId());
    if (old == null || (elsewhere && old.state().isFinal())) {
      if (mags.workspaces().exists(workspace)) {
        return create(null);
      }
      if (old == null) {
        // Says that there is no such job, and which names are near.
        mags.find(workspace);
      }
    }
    check(old);
    if (old.state().isLive() && Integer.valueOf(diskGb).equals(old.diskGb())) {
      String nothing = "nothing had to be changed";
      if (!anew.given().isEmpty()) {
        nothing += ", so that it is not made anew, without " + String.join(", ", anew.given());
        notes.accept(nothing);
      }
      remains = nothing;
      return old;
    }
    String unknown = anew.unknown(old);
    if (unknown != null) {
      notes.accept(unknown);
    }
    if (old.state() == JobStatus.RUNNING || old.state() == JobStatus.UNKNOWN) {
      sync(old);
    }
    if (!old.state().isFinal()) {
      stop(old);
    }
    return create(old);
  }

  private Job details(Job found) {
    return api.status(found.requestId());
  }

  private void check(Job old) {
    if (old.workspaceId() == null) {
      throw new CliException(
          ErrorKind.CONFLICT,
          workspace + " has no workspace: its files would be lost",
          "nothing was changed");
    }
    boolean live = !old.state().isFinal();
    if (live && Boolean.FALSE.equals(old.persistent())) {
      throw new CliException(
          ErrorKind.CONFLICT,
          workspace + " runs a script that a resize would end: its status is " + old.status(),
          "nothing was changed; wait until it ends, or stop it: mags stop " + old.requestId());
    }
  }

  private void sync(Job old) {
    steps.accept("syncing");
    try {
      api.sync(old.requestId());
      requireMachine(api.status(old.requestId()));
    } catch (CliException failure) {
      if (failure instanceof InterruptedWaitException || !force) {
        throw failed(
            failure,
            "nothing was changed; to go on without what is not synced yet: "
                + again()
                + " --force");
      }
      steps.accept("syncing failed (" + failure.getMessage() + "), going on as you asked");
      remains = "the sandbox is neither synced nor stopped; to go on: " + again();
      return;
    }
    remains = "the sandbox is synced and not stopped; to go on: " + again();
  }

  /** A yes to a sync means nothing where there is no machine whose files it could have written. */
  private static void requireMachine(Job synced) {
    if (synced.state() == JobStatus.RUNNING && synced.vmId() == null) {
      throw new CliException(
          ErrorKind.CONFLICT, "no machine is attached to it, so nothing can have been synced");
    }
  }

  private void stop(Job old) {
    changed = true;
    String id = old.requestId();
    String before = remains;
    steps.accept("stopping");
    remains = "the sandbox may be stopping, its workspace is kept; to go on: " + again();
    try {
      if (old.state() != JobStatus.STOPPING) {
        api.stop(id);
      }
    } catch (CliException failure) {
      if (!hasEnded(id)) {
        if (failure.kind() == ErrorKind.REFUSED || failure.kind() == ErrorKind.CONFLICT) {
          remains = before;
          changed = false;
        }
        throw failed(failure, remains);
      }
    }
    try {
      mags.awaitEnd(id, limit);
    } catch (CliException failure) {
      throw failed(failure, remains);
    }
  }

  /** It may have ended by itself while it was to be stopped, which is as good. */
  private boolean hasEnded(String id) {
    try {
      return api.status(id).state().isFinal();
    } catch (CliException unknown) {
      return false;
    }
  }

  private Job create(Job old) {
    changed = true;
    String kept =
        (old == null ? "there is no sandbox" : "the old sandbox is stopped")
            + ", the files are kept in the workspace; to go on: ";
    remains = kept + again();
    steps.accept("making it anew with " + diskGb + " GB");
    Deadline start = Deadline.in(limit, mags.poller().sleeper());
    String id;
    try {
      id = submit(anew.request(old, workspace, diskGb), start);
    } catch (CliException failure) {
      if (failure.kind() == ErrorKind.REFUSED) {
        remains = kept + again() + asBefore(old);
      }
      throw failed(failure, remains);
    }
    remains = "the new sandbox is starting: mags status " + id;
    steps.accept("waiting for the new sandbox");
    try {
      Job made = mags.awaitMachine(id, start.left());
      remains = "it is done";
      return made;
    } catch (WaitTimeoutException late) {
      throw late;
    } catch (CliException failure) {
      if (failure.kind() == ErrorKind.JOB_FAILED) {
        remains = kept + again() + asBefore(old);
      }
      throw failed(failure, remains);
    }
  }

  /** The way back, for when that size cannot be had. */
  private String asBefore(Job old) {
    if (old == null || old.workspaceId() == null) {
      return "; with the default size: mags new " + ShellWord.of(workspace);
    }
    if (old.diskGb() != null && old.diskGb() > 0 && old.diskGb() != diskGb) {
      return "; with the old size: " + again(old.diskGb());
    }
    return "; with the default size: mags new " + ShellWord.of(old.workspaceId());
  }

  /** Submits; the name and the workspace may take a moment to be given free after the stop. */
  private String submit(JobRequest request, Deadline start) {
    Deadline release = Deadline.in(start.cap(RELEASE), mags.poller().sleeper());
    Backoff pauses = mags.poller().pauses();
    while (true) {
      try {
        return mags.submit(request);
      } catch (CliException refused) {
        if (refused.kind() != ErrorKind.CONFLICT) {
          throw refused;
        }
        if (start.passed()) {
          throw new WaitTimeoutException("its name to be free", limit, refused.getMessage(), null);
        }
        if (release.passed()) {
          throw refused;
        }
      }
      mags.poller().pause(release.cap(pauses.next()));
    }
  }

  private String again() {
    return again(diskGb);
  }

  private String again(int size) {
    String command = "mags resize " + ShellWord.of(workspace) + " --disk " + size + anew.options();
    if (!limit.equals(MagsClient.DEFAULT_LIMIT)) {
      long millis = limit.toMillis();
      command += " --timeout " + (millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms");
    }
    return force ? command + " --force" : command;
  }

  /** The failure of a step, with what is left as its hint; an interrupt is told elsewhere. */
  private static CliException failed(CliException step, String remains) {
    return step instanceof InterruptedWaitException
        ? step
        : new CliException(step.kind(), step.getMessage(), remains, step);
  }
}
