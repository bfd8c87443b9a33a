package run.mags.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.api.MagsApiClient;
import run.mags.api.PublicUrl;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.ssh.SshExecutor;
import run.mags.ssh.SshTarget;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;
import run.mags.wait.WaitTimeoutException;

/**
 * Gets to a sandbox: to its SSH server, or to a public URL. Access is asked for first, because that
 * wakes a sleeping one (spec: rest-api, "Jobs"). What a sandbox that is starting or waking does (no
 * machine attached yet, access refused, nobody at the port) is waited for within one limit; nothing
 * has begun then, so trying again is safe.
 */
final class SandboxReach {
  /** The port of a sandbox that gives access by SSH, and wakes it. */
  static final int SSH_PORT = 22;

  /** The only user that sandboxes have. */
  private static final String USER = "root";

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** An attempt that has used up its time may be back a little before the clock here says so. */
  private static final Duration TOO_SHORT = Duration.ofMillis(20);

  /** A way that still leads there does so at once, unless the sandbox has to be woken. */
  private static final Duration KNOWN_LIMIT = Duration.ofSeconds(5);

  private final MagsApiClient api;
  private final Poller poller;
  private final ReachCache cache;
  private final Consumer<String> debug;
  private final Consumer<String> seen;

  /**
   * A reach.
   *
   * @param seen is told, as often as it is tried, why a sandbox is not reached yet
   */
  SandboxReach(
      MagsApiClient api,
      Poller poller,
      ReachCache cache,
      Consumer<String> debug,
      Consumer<String> seen) {
    this.api = api;
    this.poller = poller;
    this.cache = cache;
    this.debug = debug;
    this.seen = seen;
  }

  /**
   * Connects to a job within {@code limit}.
   *
   * @param found the job as it was found
   * @param nameOrId what its user calls it, for messages
   */
  SshConnection connect(SshExecutor ssh, Job found, String nameOrId, Duration limit) {
    return reach(
        found,
        nameOrId,
        limit,
        ErrorKind.CONNECTION,
        (job, left) -> {
          SshTarget target = target(job);
          try {
            SshConnection connection =
                ssh.connect(target, left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
            cache.remember(nameOrId, target);
            return connection;
          } catch (SshException failure) {
            throw withWayOut(failure, nameOrId);
          }
        });
  }

  /**
   * Connects by a way that is remembered, without asking the API; nothing if there is none or it
   * leads there no longer.
   */
  Optional<SshConnection> connectAsBefore(SshExecutor ssh, String nameOrId, Duration limit) {
    Optional<SshTarget> known = cache.find(nameOrId);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    try {
      Duration patience = limit.compareTo(KNOWN_LIMIT) < 0 ? limit : KNOWN_LIMIT;
      SshConnection connection = ssh.connect(known.get(), patience);
      debug.accept("reached as before, at " + known.get().address());
      return Optional.of(connection);
    } catch (CliException failure) {
      if (failure.kind() == ErrorKind.INTERRUPTED) {
        throw failure;
      }
      debug.accept("not reached as before: " + failure.getMessage());
      cache.forget(nameOrId);
      return Optional.empty();
    }
  }

  /** Where the SSH server of a job listens, once it is known. */
  SshTarget target(Job found, String nameOrId, Duration limit) {
    return reach(found, nameOrId, limit, ErrorKind.CONNECTION, (job, left) -> target(job));
  }

  /** The public URL of a port, once access is given; its domains as in {@link PublicUrl#of}. */
  String url(Job found, String nameOrId, int port, String domain, String standard, Duration limit) {
    return reach(
        found,
        nameOrId,
        limit,
        ErrorKind.TIMEOUT,
        (job, left) -> PublicUrl.of(api.access(job.requestId(), port), job, domain, standard));
  }

  /** One try to get to a job that is live. */
  private interface Attempt<T> {
    T on(Job job, Duration left);
  }

  /** {@code late} is the kind of failure that it is when the time has run out. */
  private <T> T reach(
      Job found, String nameOrId, Duration limit, ErrorKind late, Attempt<T> attempt) {
    Deadline deadline = Deadline.in(limit, poller.sleeper());
    Backoff pauses = poller.pauses();
    Job job = found;
    requireLive(job, nameOrId);
    while (true) {
      try {
        return attempt.on(job, deadline.left());
      } catch (CliException failure) {
        if (!mayPass(failure)) {
          throw failure;
        }
        if (deadline.left().compareTo(TOO_SHORT) < 0) {
          throw unreachable(late, nameOrId, job, limit, failure);
        }
        debug.accept("not reached yet: " + failure.getMessage());
        // What a stranger at the port said is for the end, not for every look.
        String what = failure instanceof SshException ssh ? ssh.brief() : failure.getMessage();
        seen.accept(what + "; its status is " + job.status());
      }
      poller.pause(deadline.cap(pauses.next()));
      job = api.status(job.requestId());
      requireLive(job, nameOrId);
    }
  }

  private SshTarget target(Job job) {
    Access access = api.access(job.requestId(), SSH_PORT);
    List<String> missing = missing(access);
    if (!missing.isEmpty()) {
      throw new IncompleteAccessException(job.requestId(), missing);
    }
    if (access.sshPort() < 1 || access.sshPort() > 65535) {
      throw new CliException(
          ErrorKind.BAD_ANSWER,
          "the API gave a port for " + job.requestId() + " that is none: " + access.sshPort(),
          "update mags, or report this");
    }
    // Only now is it certain which machine it is: a sleeping sandbox has just got a new one.
    String machine = job.vmId() != null ? job.vmId() : api.status(job.requestId()).vmId();
    return new SshTarget(access.sshHost(), access.sshPort(), USER, access.sshPrivateKey(), machine);
  }

  /** Any of them may be missing (spec: rest-api, "Jobs"). */
  private static List<String> missing(Access access) {
    List<String> missing = new ArrayList<>();
    if (access.sshHost() == null) {
      missing.add("host");
    }
    if (access.sshPort() == null) {
      missing.add("port");
    }
    if (access.sshPrivateKey() == null) {
      missing.add("key");
    }
    return missing;
  }

  private static void requireLive(Job job, String nameOrId) {
    if (job.state().isFinal()) {
      throw new CliException(
          ErrorKind.CONFLICT,
          nameOrId + " is not running: its status is " + job.status(),
          "its workspace is kept; to go on with it: mags new "
              + (job.workspaceId() == null ? "NAME" : ShellWord.of(job.workspaceId())));
    }
  }

  /** Whether a failure is one of those that a sandbox shows while it starts. */
  static boolean mayPass(CliException failure) {
    return switch (failure.kind()) {
      case REFUSED, UNAVAILABLE, CONNECTION, CONFLICT, RATE_LIMITED -> failure.retryable();
      default -> false;
    };
  }

  private static CliException unreachable(
      ErrorKind late, String nameOrId, Job job, Duration limit, CliException last) {
    boolean phantom = job.vmId() == null;
    return new CliException(
        late,
        "cannot reach "
            + nameOrId
            + " within "
            + WaitTimeoutException.text(limit)
            + ": "
            + last.getMessage()
            + "; its status is "
            + job.status()
            + (phantom ? " without a machine" : ""),
        phantom
            ? "its machine may be lost; its workspace is kept: mags stop "
                + ShellWord.of(nameOrId)
                + " && mags new "
                + ShellWord.of(nameOrId)
            : (last instanceof SshException ? "a longer --connect-timeout waits longer; " : "")
                + "look at it with: mags status "
                + ShellWord.of(nameOrId),
        last);
  }

  /** Another key came with the access than the machine has: asking again may give the right one. */
  private static CliException withWayOut(SshException failure, String nameOrId) {
    if (failure.reason() != SshException.Reason.AUTHENTICATION) {
      return failure;
    }
    String name = ShellWord.of(nameOrId);
    return new CliException(
        failure.kind(),
        failure.getMessage(),
        "try it again, which asks for a new key; if that is refused, too, its workspace is kept:"
            + " mags stop "
            + name
            + " && mags new "
            + name,
        failure);
  }
}
