package run.mags.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

  /** Long: a machine that is busy with other things may take half a minute for it. */
  static final long START_LIMIT_MS = 120_000;

  /** Whoever has the lock may take the whole time of a start. */
  private static final long LOCK_LIMIT_MS = START_LIMIT_MS + 15_000;

  static final long STOP_LIMIT_MS = 30_000;

  private static final String START_LOCK = "start.lock";

  private LocalDaemon() {}

  /** The same without a word about a wait. */
  public static Optional<RunningBackend> find(Path state) {
    return find(state, line -> {});
  }

  /**
   * The backend that runs on a state directory; empty if there is none. One that is just starting
   * is waited for, up to two minutes; one that has died, or does not answer any more, does not
   * count.
   *
   * @param notes takes a line when that takes a while
   * @throws CliException if a backend is there that does not answer as one
   */
  public static Optional<RunningBackend> find(Path state, Consumer<String> notes) {
    return new DaemonSearch(state, notes).find();
  }

  /** The backend that runs on a state directory and answers now; nothing is waited for. */
  public static Optional<RunningBackend> look(Path state) {
    return new DaemonSearch(state, line -> {}).look();
  }

  /** The same without a word about a wait. */
  public static RunningBackend ensureRunning(DaemonLaunch launch) {
    return ensureRunning(launch, line -> {});
  }

  /**
   * The backend that runs on a state directory, started in the background if there is none. Any
   * number of processes may ask at once: one backend starts and all get that one.
   *
   * @param notes takes a line when that takes a while
   * @throws CliException if it cannot be started, or one of another version runs
   */
  public static RunningBackend ensureRunning(DaemonLaunch launch, Consumer<String> notes) {
    Optional<RunningBackend> running = find(launch.state(), notes);
    if (running.isPresent()) {
      return checked(running.get(), launch);
    }
    try {
      StateDirectory.prepare(launch.state());
      try (FileChannel channel =
              OwnerOnly.open(
                  launch.state().resolve(START_LOCK),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
          FileLock lock = lock(channel, notes)) {
        Optional<RunningBackend> fresh =
            lock.isValid() ? find(launch.state(), notes) : Optional.empty();
        return checked(fresh.isPresent() ? fresh.get() : start(launch, notes), launch);
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
  private static FileLock lock(FileChannel channel, Consumer<String> notes)
      throws IOException, InterruptedException {
    Wait wait = new Wait(notes);
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException heldInThisProcess) {
        // Waits like anyone else.
      }
      if (wait.isOver(LOCK_LIMIT_MS)) {
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            "another process has been starting the local backend for " + wait.seconds() + " s",
            "look into backend.log in the state directory");
      }
      wait.noteOnce("another process is starting the local backend");
      Thread.sleep(POLL_MS);
    }
  }

  private static RunningBackend start(DaemonLaunch launch, Consumer<String> notes)
      throws IOException, InterruptedException {
    // A killed backend may still be dying, and what it told about itself is still there.
    Optional<RunningBackend> former = ServerFile.read(launch.state());
    DaemonLog log = DaemonLog.begin(launch.state());
    Process process = new DaemonProcess(launch).start(log);
    Wait wait = new Wait(notes);
    while (!wait.isOver(START_LIMIT_MS)) {
      Optional<RunningBackend> ready = ServerFile.read(launch.state());
      boolean fresh = ready.isPresent() && !sameToken(ready.get(), former);
      if (fresh && ready.get().processAlive()) {
        return ready.get();
      }
      if (process.waitFor(READY_POLL_MS, TimeUnit.MILLISECONDS)) {
        // Another one may have been quicker, started by hand.
        Optional<RunningBackend> other = find(launch.state(), notes);
        if (other.isPresent()) {
          return other.get();
        }
        throw log.failure(process.exitValue());
      }
      wait.noteOnce("the local backend is starting, which takes longer than usual");
    }
    process.destroyForcibly();
    throw new CliException(
        ErrorKind.LOCAL_BACKEND,
        "the local backend did not become ready within " + wait.seconds() + " s",
        log.lastLines());
  }

  private static boolean sameToken(RunningBackend one, Optional<RunningBackend> other) {
    return other.isPresent() && one.token().equals(other.get().token());
  }

  /** The same without a word about a wait. */
  public static Optional<RunningBackend> stop(Path state) {
    return stop(state, line -> {});
  }

  /**
   * Ends the backend that runs on a state directory: its jobs sleep or end, its sandboxes go.
   * Returns when it is gone; empty if there was none.
   *
   * @param notes takes a line when that takes a while
   * @throws CliException if it does not end
   */
  public static Optional<RunningBackend> stop(Path state, Consumer<String> notes) {
    Optional<RunningBackend> running = find(state, notes);
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
    boolean exact = backend.processAlive();
    while (here ? isTold(backend) : exact ? backend.processAlive() : backend.pidTaken()) {
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

  private static long deadline(long ms) {
    return System.nanoTime() + ms * 1_000_000;
  }
}
