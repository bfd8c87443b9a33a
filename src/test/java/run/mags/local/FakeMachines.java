package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import run.mags.api.model.JobRequest;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.net.Reach;
import run.mags.local.sandbox.Isolation;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.Sandbox;
import run.mags.local.sandbox.SandboxSpec;
import run.mags.local.sandbox.Sandboxes;

/** Machines that start when a test lets them, or not at all, and run processes of this machine. */
final class FakeMachines implements Machines {
  final Semaphore permits = new Semaphore(0);
  final List<FakeMachine> started = new CopyOnWriteArrayList<>();
  final List<String> forgotten = new CopyOnWriteArrayList<>();
  final AtomicInteger starting = new AtomicInteger();
  final AtomicInteger mostStarting = new AtomicInteger();
  final AtomicInteger up = new AtomicInteger();
  final AtomicInteger mostUp = new AtomicInteger();

  /** What closing a machine takes one of. */
  final Semaphore closing = new Semaphore(1_000_000);

  volatile String failure;
  volatile String syncFailure;
  private final Path state;
  private final Sandboxes sandboxes;

  /** Machines with their files in {@code state}. */
  FakeMachines(Path state) {
    this.state = state;
    this.sandboxes = Sandboxes.open(state, IsolationChoice.PLAIN);
  }

  /** Machines that start at once. */
  FakeMachines ready() {
    permits.release(1_000_000);
    return this;
  }

  @Override
  public Machine start(String vmId, String jobId, JobRequest request) {
    mostStarting.accumulateAndGet(starting.incrementAndGet(), Math::max);
    permits.acquireUninterruptibly();
    starting.decrementAndGet();
    if (failure != null) {
      throw new CliException(ErrorKind.LOCAL_BACKEND, failure);
    }
    FakeMachine machine =
        new FakeMachine(
            sandboxes.start(
                new SandboxSpec(state.resolve(vmId), Optional.empty(), Optional.empty(), vmId)));
    mostUp.accumulateAndGet(up.incrementAndGet(), Math::max);
    started.add(machine);
    return machine;
  }

  @Override
  public void forget(String jobId) {
    forgotten.add(jobId);
  }

  @Override
  public String isolation() {
    return "plain";
  }

  @Override
  public String network() {
    return sandboxes.network().word();
  }

  @Override
  public void close() {
    sandboxes.close();
  }

  @Override
  public Optional<String> warning() {
    return Optional.empty();
  }

  /** One of them: a real sandbox of plain processes, that dies when a test says so. */
  final class FakeMachine implements Machine, Sandbox {
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    final AtomicInteger synced = new AtomicInteger();
    volatile boolean isClosing;
    volatile boolean closed;
    private final Sandbox real;

    FakeMachine(Sandbox real) {
      this.real = real;
    }

    @Override
    public Sandbox sandbox() {
      return this;
    }

    @Override
    public void sync() throws IOException {
      synced.incrementAndGet();
      if (syncFailure != null) {
        throw new IOException(syncFailure);
      }
    }

    @Override
    public Isolation isolation() {
      return real.isolation();
    }

    @Override
    public ProcessBuilder outer(Map<String, String> environment, List<String> argv) {
      return real.outer(environment, argv);
    }

    @Override
    public ProcessBuilder inner(Map<String, String> environment, List<String> argv) {
      return real.inner(environment, argv);
    }

    @Override
    public void signal(Process process, String signal) {
      real.signal(process, signal);
    }

    @Override
    public void hangUp(Process process, long milliseconds) {
      real.hangUp(process, milliseconds);
    }

    @Override
    public Reach reach() {
      return real.reach();
    }

    @Override
    public CompletableFuture<Void> ended() {
      return ended;
    }

    @Override
    public void close() {
      isClosing = true;
      closing.acquireUninterruptibly();
      real.close();
      up.decrementAndGet();
      closed = true;
      ended.complete(null);
    }
  }
}
