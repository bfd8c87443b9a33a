package run.mags.local;

import java.nio.file.Path;
import java.time.Duration;
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
 * @param idle after what time without use a persistent sandbox goes to sleep
 * @param rootfs a directory or a tar archive to be the root file system of sandboxes; empty for
 *     that of this machine
 * @param version the version of mags, told to clients
 * @param warnings takes what the backend has to say beside its answers, a line each
 */
public record LocalOptions(
    Optional<Path> state,
    boolean ephemeral,
    int port,
    IsolationChoice isolation,
    Duration idle,
    Optional<Path> rootfs,
    String version,
    Consumer<String> warnings) {

  /** A backend on a free port that keeps its state in {@code state}. */
  public static LocalOptions in(Path state) {
    return standard(Optional.of(state), false);
  }

  /** A backend on a free port that leaves nothing behind. */
  public static LocalOptions temporary() {
    return standard(Optional.empty(), true);
  }

  private static LocalOptions standard(Optional<Path> state, boolean ephemeral) {
    return new LocalOptions(
        state,
        ephemeral,
        0,
        IsolationChoice.AUTO,
        IdleWatch.STANDARD,
        Optional.empty(),
        "unknown",
        warning -> {});
  }

  /** The same on another port. */
  public LocalOptions withPort(int otherPort) {
    return new LocalOptions(
        state, ephemeral, otherPort, isolation, idle, rootfs, version, warnings);
  }

  /** The same with another isolation. */
  public LocalOptions withIsolation(IsolationChoice other) {
    return new LocalOptions(state, ephemeral, port, other, idle, rootfs, version, warnings);
  }

  /** The same with persistent sandboxes that sleep after another time without use. */
  public LocalOptions withIdle(Duration other) {
    return new LocalOptions(state, ephemeral, port, isolation, other, rootfs, version, warnings);
  }

  /** The same with sandboxes that have this directory or archive as their root file system. */
  public LocalOptions withRootfs(Path other) {
    return new LocalOptions(
        state, ephemeral, port, isolation, idle, Optional.of(other), version, warnings);
  }

  /** The same, its state directory removed at the end. */
  public LocalOptions leavingNothing() {
    return new LocalOptions(state, true, port, isolation, idle, rootfs, version, warnings);
  }

  /** The same with another version. */
  public LocalOptions withVersion(String other) {
    return new LocalOptions(state, ephemeral, port, isolation, idle, rootfs, other, warnings);
  }

  /** The same with warnings going elsewhere. */
  public LocalOptions withWarnings(Consumer<String> other) {
    return new LocalOptions(state, ephemeral, port, isolation, idle, rootfs, version, other);
  }
}
