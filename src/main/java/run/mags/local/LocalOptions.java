package run.mags.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.local.sandbox.IsolationChoice;

/**
 * How a local backend is to run.
 *
 * @param state its state directory; empty takes a fresh temporary one
 * @param ephemeral whether the state directory is removed at the end
 * @param port the port on the loopback interface; 0 takes a free one
 * @param isolation how sandboxes are kept apart
 * @param version the version of mags, told to clients
 * @param warnings takes what the backend has to say beside its answers, a line each
 */
public record LocalOptions(
    Optional<Path> state,
    boolean ephemeral,
    int port,
    IsolationChoice isolation,
    String version,
    Consumer<String> warnings) {

  /** A backend on a free port that keeps its state in {@code state}. */
  public static LocalOptions in(Path state) {
    return new LocalOptions(
        Optional.of(state), false, 0, IsolationChoice.AUTO, "unknown", warning -> {});
  }

  /** A backend on a free port that leaves nothing behind. */
  public static LocalOptions temporary() {
    return new LocalOptions(
        Optional.empty(), true, 0, IsolationChoice.AUTO, "unknown", warning -> {});
  }

  /** The same on another port. */
  public LocalOptions withPort(int otherPort) {
    return new LocalOptions(state, ephemeral, otherPort, isolation, version, warnings);
  }

  /** The same with another isolation. */
  public LocalOptions withIsolation(IsolationChoice other) {
    return new LocalOptions(state, ephemeral, port, other, version, warnings);
  }

  /** The same, its state directory removed at the end. */
  public LocalOptions leavingNothing() {
    return new LocalOptions(state, true, port, isolation, version, warnings);
  }

  /** The same with another version. */
  public LocalOptions withVersion(String other) {
    return new LocalOptions(state, ephemeral, port, isolation, other, warnings);
  }

  /** The same with warnings going elsewhere. */
  public LocalOptions withWarnings(Consumer<String> other) {
    return new LocalOptions(state, ephemeral, port, isolation, version, other);
  }
}
