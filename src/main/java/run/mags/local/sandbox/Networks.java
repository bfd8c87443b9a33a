package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.Probe.Finding;

/**
 * Gives sandboxes their networks, all of the kind that was decided on when this was opened. A
 * private network with the internet takes longer to make than all the rest of a sandbox, so one is
 * kept ready as long as sandboxes are being started.
 */
final class Networks implements AutoCloseable {
  private static final Path TUN = Path.of("/dev/net/tun");

  private static final String WHAT = "network";
  private static final String INSTALL = "Install the package passt.";

  /** For how long one that nobody takes is kept ready, in ms. */
  private static final long SPARE_MS = 60_000;

  /**
   * What pasta did when it was tried: nothing (works) or the reason, by the programs that do it.
   */
  private static final Map<String, Optional<String>> TRIED = new ConcurrentHashMap<>();

  private static final Executor THREADS =
      task -> {
        Thread thread = new Thread(task, "mags-network");
        thread.setDaemon(true);
        thread.start();
      };

  private final Optional<Footing> footing;
  private final Tools tools;
  private final boolean internet;
  private final Optional<String> warning;
  private CompletableFuture<PrivateNetwork> spare;
  private boolean closed;

  private Networks(
      Optional<Footing> footing, Tools tools, boolean internet, Optional<String> warning) {
    this.footing = footing;
    this.tools = tools;
    this.internet = internet;
    this.warning = warning;
  }

  /**
   * Decides, by trying.
   *
   * @param footing from where namespaces are made; empty where sandboxes are plain processes
   * @throws CliException when a private network is asked for and cannot be had
   */
  static Networks open(Optional<Footing> footing, Tools tools, NetworkChoice choice) {
    if (choice == NetworkChoice.HOST || (footing.isEmpty() && choice == NetworkChoice.AUTO)) {
      return host();
    }
    if (footing.isEmpty()) {
      throw none("sandboxes are plain processes here", "See mags local doctor.");
    }
    Optional<String> failure = pastaFailure(footing.get(), tools);
    if (failure.isEmpty()) {
      return new Networks(footing, tools, true, Optional.empty());
    }
    if (choice == NetworkChoice.AUTO) {
      return host();
    }
    try {
      PrivateNetwork.start(footing.get(), tools, false).close();
      return new Networks(
          footing,
          tools,
          false,
          Optional.of("sandboxes do not reach the internet (" + failure.get() + ")"));
    } catch (IOException e) {
      throw none(Reason.of(e), "Leave --net private out.");
    }
  }

  /** Always the host's. */
  static Networks host() {
    return new Networks(Optional.empty(), null, false, Optional.empty());
  }

  private static CliException none(String reason, String hint) {
    return new CliException(
        ErrorKind.LOCAL_BACKEND, "sandboxes cannot have private networks: " + reason, hint);
  }

  /** Why sandboxes cannot have private networks with the internet; empty when they can. */
  private static Optional<String> pastaFailure(Footing footing, Tools tools) {
    Optional<String> pasta = tools.path("pasta");
    if (pasta.isEmpty()) {
      return Optional.of("not found: pasta");
    }
    if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
      // Where it may not open this, Debian 12's leaves a process behind that waits for ever.
      return Optional.of("pasta: " + TUN + " may not be opened");
    }
    return TRIED.computeIfAbsent(
        footing + " " + pasta.get(),
        key -> {
          try {
            PrivateNetwork.start(footing, tools, true).close();
            return Optional.empty();
          } catch (IOException e) {
            return Optional.of("pasta: " + Reason.of(e));
          }
        });
  }

  /** What this machine can do, for people. */
  static Finding look(Optional<Footing> footing, Tools tools) {
    if (footing.isEmpty()) {
      return new Finding(
          WHAT, false, "sandboxes share that of this machine", "It needs namespaces; see above.");
    }
    Optional<String> failure = pastaFailure(footing.get(), tools);
    if (failure.isEmpty()) {
      return new Finding(
          WHAT, true, "each sandbox has its own, and pasta leads to the internet", "");
    }
    return new Finding(
        WHAT,
        false,
        failure.get() + ", so sandboxes share that of this machine: no two can use the same port",
        tools.path("pasta").isEmpty()
            ? INSTALL
            : "pasta needs /dev/net/tun and a network with a default route; without the internet,"
                + " private networks work with --net private.");
  }

  /** What kind they are of. */
  Network kind() {
    return footing.isPresent() ? Network.PRIVATE : Network.HOST;
  }

  /** What users should know about them, if anything. */
  Optional<String> warning() {
    return warning;
  }

  /**
   * A network for a sandbox, which closes it.
   *
   * @param directory the sandbox's own directory
   * @throws IOException when it cannot be made
   */
  SandboxNetwork take(Path directory) throws IOException {
    if (footing.isEmpty()) {
      return SandboxNetwork.HOST;
    }
    PrivateNetwork network = ready();
    if (network == null) {
      network = PrivateNetwork.start(footing.get(), tools, internet);
    }
    prepare();
    return SandboxNetwork.of(network, footing.get(), tools, directory);
  }

  /** The one that was kept ready, or null. */
  private PrivateNetwork ready() {
    CompletableFuture<PrivateNetwork> taken;
    synchronized (this) {
      taken = spare;
      spare = null;
    }
    PrivateNetwork network = taken == null ? null : taken.join();
    return network != null && network.holds() ? network : null;
  }

  private synchronized void prepare() {
    if (closed || spare != null) {
      return;
    }
    CompletableFuture<PrivateNetwork> next =
        CompletableFuture.supplyAsync(this::startQuietly, THREADS);
    spare = next;
    CompletableFuture.delayedExecutor(SPARE_MS, TimeUnit.MILLISECONDS, THREADS)
        .execute(() -> drop(next));
  }

  private PrivateNetwork startQuietly() {
    try {
      return PrivateNetwork.start(footing.orElseThrow(), tools, internet);
    } catch (IOException e) {
      // The sandbox that needs it tries again, and has somebody to tell.
      return null;
    }
  }

  private void drop(CompletableFuture<PrivateNetwork> which) {
    synchronized (this) {
      if (spare != which) {
        return;
      }
      spare = null;
    }
    PrivateNetwork network = which.join();
    if (network != null) {
      network.close();
    }
  }

  /** Keeps none ready any more; what sandboxes have is theirs. */
  @Override
  public void close() {
    CompletableFuture<PrivateNetwork> last;
    synchronized (this) {
      closed = true;
      last = spare;
    }
    if (last != null) {
      drop(last);
    }
  }
}
