package run.mags.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;

/**
 * How a local backend is to run.
 *
 * @param state its state directory; empty takes a fresh temporary one
 * @param ephemeral whether the state directory is removed at the end
 * @param port the port on the loopback interface; 0 takes a free one
 * @param isolation how sandboxes are kept apart
 * @param network what network sandboxes have
 * @param idle after what time without use a persistent sandbox goes to sleep
 * @param rootfs a directory or a tar archive to be the root file system of sandboxes; empty for
 *     that of this machine
 * @param version the version of mags, told to clients
 * @param warnings takes what the backend has to say beside its answers, a line each
 * @param oddities what it does that a tidy backend does not
 * @param testControl whether those can be set over HTTP, with the token
 */
public record LocalOptions(
    Optional<Path> state,
    boolean ephemeral,
    int port,
    IsolationChoice isolation,
    NetworkChoice network,
    Duration idle,
    Optional<Path> rootfs,
    String version,
    Consumer<String> warnings,
    Oddities oddities,
    boolean testControl) {

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
        NetworkChoice.AUTO,
        IdleWatch.STANDARD,
        Optional.empty(),
        BuildVersion.text(),
        warning -> {},
        Oddities.NONE,
        false);
  }

  /** The same on another port. */
  public LocalOptions withPort(int otherPort) {
    return new LocalOptions(
        state,
        ephemeral,
        otherPort,
        isolation,
        network,
        idle,
        rootfs,
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same with another isolation. */
  public LocalOptions withIsolation(IsolationChoice other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        other,
        network,
        idle,
        rootfs,
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same with other networks of sandboxes. */
  public LocalOptions withNetwork(NetworkChoice other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        other,
        idle,
        rootfs,
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same with persistent sandboxes that sleep after another time without use. */
  public LocalOptions withIdle(Duration other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        network,
        other,
        rootfs,
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same with sandboxes that have this directory or archive as their root file system. */
  public LocalOptions withRootfs(Path other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        network,
        idle,
        Optional.of(other),
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same, its state directory removed at the end. */
  public LocalOptions leavingNothing() {
    return new LocalOptions(
        state,
        true,
        port,
        isolation,
        network,
        idle,
        rootfs,
        version,
        warnings,
        oddities,
        testControl);
  }

  /** The same with another version. */
  public LocalOptions withVersion(String other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        network,
        idle,
        rootfs,
        other,
        warnings,
        oddities,
        testControl);
  }

  /** The same with warnings going elsewhere. */
  public LocalOptions withWarnings(Consumer<String> other) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        network,
        idle,
        rootfs,
        version,
        other,
        oddities,
        testControl);
  }

  /** The same with a backend that behaves oddly from the start. */
  public LocalOptions withOddities(Oddities others) {
    return new LocalOptions(
        state,
        ephemeral,
        port,
        isolation,
        network,
        idle,
        rootfs,
        version,
        warnings,
        others,
        testControl);
  }

  /** The same with calls under {@code /_mags_local/oddities} that make it behave oddly. */
  public LocalOptions withTestControl() {
    return new LocalOptions(
        state, ephemeral, port, isolation, network, idle, rootfs, version, warnings, oddities,
        true);
  }
}
