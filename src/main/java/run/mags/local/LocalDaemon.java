package run.mags.local;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import run.mags.api.model.Fields;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The client side of a backend that runs in the background: finds it, starts it, stops it. Loads
 * nothing of the server.
 */
public final class LocalDaemon {
  private static final long POLL_MS = 20;

  /**
   * Shorter: a user waits for a new backend at the prompt, and reading a small file costs little.
   */
  private static final long READY_POLL_MS = 5;

  private static final long START_LIMIT_MS = 30_000;
  private static final long STOP_LIMIT_MS = 30_000;

  /** Above the time after which a backend tells of itself again. */
  private static final long TELL_LIMIT_MS = 2 * LocalBackend.RETELL_MS;

  private static final int FIND_TRIES = 25;
  private static final String START_LOCK = "start.lock";

  private LocalDaemon() {}

  /**
   * The backend that runs on a state directory; empty if there is none. One that has died, or is
   * not answering any more, does not count.
   *
   * @throws CliException if a backend is there that does not answer as one
   */
  public static Optional<RunningBackend> find(Path state) {
    return find(state, FIND_TRIES);
  }

  /** One that breaks off in the middle may be dying: it is looked at again. */
  private static Optional<RunningBackend> find(Path state, int tries) {
    Optional<RunningBackend> told = told(state.toAbsolutePath().normalize());
    if (told.isEmpty()) {
      return Optional.empty();
    }
    RunningBackend backend = told.get();
    try {
      LoopbackCall health = LoopbackCall.send("GET", backend.url(), OwnCalls.HEALTH, null);
      Fields fields = Fields.of(health.body());
      Long pid = fields.number("pid");
      boolean same = health.status() == 200 && pid != null && pid == backend.pid();
      return same ? told : Optional.empty();
    } catch (java.net.ConnectException closed) {
      return Optional.empty();
    } catch (IOException e) {
      if (tries > 1 && !(e instanceof SocketTimeoutException) && pause()) {
        return find(state, tries - 1);
      }
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "the local backend (process " + backend.pid() + ") does not answer: " + e.getMessage(),
          "end that process, then try again",
          e);
    }
  }

  /**
   * What a backend that lives tells of itself. One that holds the directory and is not told of is
   * just starting, or somebody has removed the file: then it writes that again.
   */
  private static Optional<RunningBackend> told(Path state) {
    long deadline = deadline(TELL_LIMIT_MS);
    while (true) {
      Optional<RunningBackend> told = ServerFile.read(state).filter(RunningBackend::processAlive);
      if (told.isPresent()) {
        return told;
      }
      OptionalLong holder;
      try {
        holder = StateDirectory.heldBy(state);
      } catch (IOException e) {
        throw StateDirectory.unusable(state, e);
      }
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      if (System.nanoTime() > deadline || !pause()) {
        String who = holder.getAsLong() == 0 ? "a process" : "process " + holder.getAsLong();
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            who + " holds the state directory " + state + " and does not answer as a backend",
            "end that process, then try again");
      }
    }
  }

  /**
   * The backend that runs on a state directory, started in the background if there is none. Any
   * number of processes may ask at once: one backend starts and all get that one.
   *
   * @throws CliException if it cannot be started, or one of another version runs
   */
  public static RunningBackend ensureRunning(DaemonLaunch launch) {
    Optional<RunningBackend> running = find(launch.state());
    if (running.isPresent()) {
      return checked(running.get(), launch);
    }
    try {
      StateDirectory.prepare(launch.state());
      try (FileChannel channel =
              OwnerOnly.open(
                  launch.state().resolve(START_LOCK),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
          FileLock lock = lock(channel)) {
        Optional<RunningBackend> fresh = lock.isValid() ? find(launch.state()) : Optional.empty();
        return checked(fresh.isPresent() ? fresh.get() : start(launch), launch);
      }
    } catch (IOException e) {
      throw StateDirectory.unusable(launch.state(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted", null, e);
    }
  }

  /**
   * Whether a directory holds nothing yet but what starting a backend puts there first, or is not
   * there.
   *
   * @throws IOException if it cannot be read
   */
  public static boolean isUnused(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return true;
    }
    Set<String> first = Set.of(START_LOCK, DaemonLog.NAME);
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> first.contains(entry.getFileName().toString()));
    }
  }

  private static RunningBackend checked(RunningBackend running, DaemonLaunch launch) {
    if (!launch.version().equals(running.version())) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "a local backend of mags %s is running, but this is mags %s"
              .formatted(running.version(), launch.version()),
          "stop it with 'mags local stop'; its workspaces and jobs stay");
    }
    return running;
  }

  /** Only who has this lock may start a backend; the lock goes with its holder. */
  private static FileLock lock(FileChannel channel) throws IOException, InterruptedException {
    long deadline = deadline(START_LIMIT_MS);
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException heldInThisProcess) {
        // Waits like anyone else.
      }
      if (System.nanoTime() > deadline) {
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            "another process has been starting the local backend for 30 s",
            "look into backend.log in the state directory");
      }
      Thread.sleep(POLL_MS);
    }
  }

  private static RunningBackend start(DaemonLaunch launch)
      throws IOException, InterruptedException {
    // A killed backend may still be dying, and what it told about itself is still there.
    Optional<RunningBackend> former = ServerFile.read(launch.state());
    DaemonLog log = DaemonLog.begin(launch.state());
    Process process = new DaemonProcess(launch).start(log);
    long deadline = deadline(START_LIMIT_MS);
    while (System.nanoTime() < deadline) {
      Optional<RunningBackend> ready = ServerFile.read(launch.state());
      boolean fresh = ready.isPresent() && !sameToken(ready.get(), former);
      if (fresh && ready.get().processAlive()) {
        return ready.get();
      }
      if (process.waitFor(READY_POLL_MS, TimeUnit.MILLISECONDS)) {
        // Another one may have been quicker, started by hand.
        Optional<RunningBackend> other = find(launch.state());
        if (other.isPresent()) {
          return other.get();
        }
        throw log.failure(process.exitValue());
      }
    }
    process.destroyForcibly();
    throw new CliException(
        ErrorKind.LOCAL_BACKEND,
        "the local backend did not become ready within 30 s",
        log.lastLines());
  }

  private static boolean sameToken(RunningBackend one, Optional<RunningBackend> other) {
    return other.isPresent() && one.token().equals(other.get().token());
  }

  /**
   * Ends the backend that runs on a state directory: its jobs sleep or end, its sandboxes go.
   * Returns when it is gone; empty if there was none.
   *
   * @throws CliException if it does not end
   */
  public static Optional<RunningBackend> stop(Path state) {
    Optional<RunningBackend> running = find(state);
    if (running.isEmpty()) {
      return running;
    }
    RunningBackend backend = running.get();
    try {
      LoopbackCall answer =
          LoopbackCall.send("POST", backend.url(), OwnCalls.SHUTDOWN, backend.token());
      if (answer.status() != 202) {
        throw notStopping(backend, "it answered with status " + answer.status());
      }
      awaitGone(backend);
      return running;
    } catch (IOException e) {
      throw notStopping(backend, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted", null, e);
    }
  }

  /**
   * Stops the backend, if one runs, and removes all that it keeps. Returns whether there was
   * something to remove.
   *
   * @throws CliException if the directory is none of a backend, or cannot be removed
   */
  public static boolean reset(Path state) {
    stop(state);
    Path directory = state.toAbsolutePath().normalize();
    if (!Files.exists(directory)) {
      return false;
    }
    if (!StateDirectory.isState(directory)) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          directory + " is not removed: no local backend has ever used it",
          "name the right directory with --state DIR");
    }
    try (StateDirectory held = StateDirectory.take(directory)) {
      OwnerOnly.removeTree(held.path());
      return true;
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          directory + " cannot be removed: " + StateDirectory.reason(e),
          "remove it by hand",
          e);
    }
  }

  private static void awaitGone(RunningBackend backend) throws InterruptedException {
    long deadline = deadline(STOP_LIMIT_MS);
    boolean here = backend.pid() == ProcessHandle.current().pid();
    while (here ? isTold(backend) : backend.processAlive()) {
      if (System.nanoTime() > deadline) {
        throw notStopping(backend, "it is still there after 30 s");
      }
      Thread.sleep(POLL_MS);
    }
  }

  private static boolean isTold(RunningBackend backend) {
    return ServerFile.read(backend.state())
        .filter(told -> told.token().equals(backend.token()))
        .isPresent();
  }

  private static CliException notStopping(RunningBackend backend, String reason) {
    return new CliException(
        ErrorKind.LOCAL_BACKEND,
        "the local backend (process " + backend.pid() + ") does not stop: " + reason,
        "end that process; its sandboxes end with it");
  }

  /** Whether the pause was not interrupted. */
  private static boolean pause() {
    try {
      Thread.sleep(POLL_MS);
      return true;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long deadline(long ms) {
    return System.nanoTime() + ms * 1_000_000;
  }
}
