package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import run.mags.local.net.Bridge;
import run.mags.local.net.HostReach;
import run.mags.local.net.Reach;

/** The network of one sandbox: the host's, or one of its own with a bridge into it. */
final class SandboxNetwork implements AutoCloseable {
  /** The host's. */
  static final SandboxNetwork HOST = new SandboxNetwork(Optional.empty(), Optional.empty());

  private final Optional<PrivateNetwork> own;
  private final Optional<Bridge> bridge;

  private SandboxNetwork(Optional<PrivateNetwork> own, Optional<Bridge> bridge) {
    this.own = own;
    this.bridge = bridge;
  }

  /**
   * A private one, which is closed with this.
   *
   * @param directory the sandbox's own directory
   */
  static SandboxNetwork of(PrivateNetwork own, Footing footing, Tools tools, Path directory) {
    Bridge bridge = new Bridge(own.enter(footing, tools), directory);
    return new SandboxNetwork(Optional.of(own), Optional.of(bridge));
  }

  /** The private one; empty for the host's. */
  Optional<PrivateNetwork> own() {
    return own;
  }

  /** The way into it. */
  Reach reach() {
    return bridge.isPresent() ? bridge.get() : HostReach.INSTANCE;
  }

  /** What {@code /etc/resolv.conf} says inside. */
  byte[] resolverInside() throws IOException {
    List<String> lines = PrivateNetwork.resolver();
    return PrivateNetwork.text(own.isPresent() ? own.get().resolverInside(lines) : lines);
  }

  /** Gives a private one back. */
  @Override
  public void close() {
    bridge.ifPresent(Bridge::close);
    own.ifPresent(PrivateNetwork::close);
  }
}
