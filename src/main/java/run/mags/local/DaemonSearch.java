package run.mags.local;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.api.model.Fields;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Looks for the backend that runs on a state directory. One that holds it without a word is waited
 * for as long as it is on its way, be it to its start or to its end, which its lock file tells.
 */
final class DaemonSearch {
  private static final long POLL_MS = 20;

  /** Above the time after which a backend tells of itself again. */
  private static final long TELL_LIMIT_MS = 2 * LocalBackend.RETELL_MS;

  private static final int TRIES = 25;

  private final Path state;
  private final Consumer<String> notes;

  /** Nothing is looked at yet; {@code notes} takes a line when it takes a while. */
  DaemonSearch(Path state, Consumer<String> notes) {
    this.state = state.toAbsolutePath().normalize();
    this.notes = notes;
  }

  /**
   * The backend; empty if there is none. One that has died, or is not answering any more, does not
   * count.
   *
   * @throws CliException if a backend is there that does not answer as one
   */
  Optional<RunningBackend> find() {
    Optional<RunningBackend> told = told();
    if (told.isEmpty()) {
      return Optional.empty();
    }
    RunningBackend backend = told.get();
    for (int tries = 1; ; tries++) {
      try {
        return answers(backend) ? told : Optional.empty();
      } catch (ConnectException closed) {
        awaitEnd(backend);
        return Optional.empty();
      } catch (IOException e) {
        // One that breaks off in the middle may be dying: it is looked at again.
        if (tries == TRIES || e instanceof SocketTimeoutException || !pause()) {
          throw new CliException(
              ErrorKind.LOCAL_BACKEND,
              "the local backend (process "
                  + backend.pid()
                  + ") does not answer: "
                  + e.getMessage(),
              "end that process, then try again",
              e);
        }
      }
    }
  }

  /** The backend if it answers now; one that is on its way is not waited for. */
  Optional<RunningBackend> look() {
    Optional<RunningBackend> told = ServerFile.read(state);
    try {
      return told.isPresent() && told.get().pidTaken() && answers(told.get())
          ? told
          : Optional.empty();
    } catch (IOException notNow) {
      return Optional.empty();
    }
  }

  /** Whether it is this one that answers at its address. */
  private static boolean answers(RunningBackend backend) throws IOException {
    LoopbackCall health = LoopbackCall.send("GET", backend.url(), OwnCalls.HEALTH, null);
    Long pid = Fields.of(health.body()).number("pid");
    return health.status() == 200 && pid != null && pid == backend.pid();
  }

  /**
   * What a backend that lives tells of itself. One that holds the directory and is not told of is
   * just starting or ending, or somebody has removed the file: then it writes that again.
   */
  private Optional<RunningBackend> told() {
    Wait wait = new Wait(notes);
    Wait still = wait;
    while (true) {
      Optional<RunningBackend> told = alive();
      if (told.isPresent()) {
        return told;
      }
      Optional<StateDirectory.Holder> holder = holder();
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      StateDirectory.Holder who = holder.get();
      if (who.isMoving()) {
        still = new Wait(notes);
        wait.noteOnce(words(who) + ": waiting for it");
      }
      if (still.isOver(TELL_LIMIT_MS)) {
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            name(who) + " holds the state directory " + state + " and does not answer as a backend",
            "end that process, then try again");
      }
      if (wait.isOver(LocalDaemon.START_LIMIT_MS) || !pause()) {
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            words(who) + ", and has been for " + wait.seconds() + " s",
            "see what it does in "
                + state.resolve(DaemonLog.NAME)
                + "; end that process to start anew");
      }
    }
  }

  private static String words(StateDirectory.Holder who) {
    return switch (who.phase()) {
      case STARTING -> "the local backend (" + name(who) + ") is still starting";
      case STOPPING -> "the local backend (" + name(who) + ") is stopping";
      case READY, UNKNOWN -> "the local backend (" + name(who) + ") is ending";
    };
  }

  private static String name(StateDirectory.Holder who) {
    return who.pid() == 0 ? "a process" : "process " + who.pid();
  }

  private Optional<StateDirectory.Holder> holder() {
    try {
      return StateDirectory.heldBy(state);
    } catch (IOException e) {
      throw StateDirectory.unusable(state, e);
    }
  }

  /** The one that is told of, unless its process has ended. */
  private Optional<RunningBackend> alive() {
    Optional<RunningBackend> told = ServerFile.read(state);
    if (told.isEmpty() || told.get().processAlive()) {
      return told;
    }
    // Builds of before told the start of their process by another clock: its own answer counts.
    try {
      return told.get().pidTaken() && answers(told.get()) ? told : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** One that closes its port takes its sandboxes away before it gives the directory free. */
  private void awaitEnd(RunningBackend backend) {
    if (backend.pid() == ProcessHandle.current().pid()) {
      return;
    }
    Wait wait = new Wait(notes);
    while (!wait.isOver(LocalDaemon.STOP_LIMIT_MS)) {
      Optional<StateDirectory.Holder> holder = holder();
      if (holder.isEmpty() || !holder.get().isMoving()) {
        return;
      }
      wait.noteOnce(words(holder.get()) + ": waiting for it");
      if (!pause()) {
        return;
      }
    }
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
}
