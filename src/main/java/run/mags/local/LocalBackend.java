package run.mags.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;
import run.mags.local.sandbox.WorkspaceTrees;

/**
 * An embedded backend: the job API over real HTTP, real processes in sandboxes, real SSH, real
 * files. Several may run side by side in one JVM, each with its own state directory.
 *
 * <p>When the JVM dies, the sandboxes die with it, and the next start on the same state directory
 * carries on from what is there.
 */
public final class LocalBackend implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;

  /** How often it is looked whether clients still find us, in ms. */
  static final long RETELL_MS = 2000;

  private final LocalOptions options;
  private final StateDirectory state;
  private final Workers workers;
  private final Machines machines;
  private final Jobs jobs;
  private final JobAccess access;
  private final CronJobs crons;
  private final CronLoop cronLoop;
  private final OddBehaviour odd;
  private final CountDownLatch closed = new CountDownLatch(1);
  private ApiServer server;
  private RunningBackend self;
  private boolean closing;

  private LocalBackend(
      LocalOptions options,
      StateDirectory state,
      Workers workers,
      Machines machines,
      Jobs jobs,
      JobAccess access,
      CronJobs crons,
      CronLoop cronLoop,
      OddBehaviour odd) {
    this.options = options;
    this.state = state;
    this.workers = workers;
    this.machines = machines;
    this.jobs = jobs;
    this.access = access;
    this.crons = crons;
    this.cronLoop = cronLoop;
    this.odd = odd;
  }

  /**
   * Starts a backend; returns when it answers.
   *
   * @throws CliException if its state directory or port cannot be used, or the isolation that was
   *     asked for cannot be had
   */
  public static LocalBackend start(LocalOptions options) {
    return start(
        options,
        (state, isolation, network) ->
            SandboxMachines.open(state, isolation, network, options.rootfs()),
        Clock.systemUTC());
  }

  /** The same with machines from elsewhere, and schedules that follow another clock. */
  static LocalBackend start(LocalOptions options, MachineMaker maker, Clock clock) {
    StateDirectory state = StateDirectory.take(directory(options));
    Workers workers = Workers.create(options.warnings());
    try {
      OddBehaviour odd = new OddBehaviour(options.oddities());
      Machines made = maker.open(state, options.isolation(), options.network());
      Machines machines = new SlowMachines(made, odd);
      Jobs jobs = Jobs.open(state.directory("jobs"), machines, workers, options.idle());
      UrlAliases aliases = UrlAliases.in(state.path(), options.warnings());
      JobUrls urls = JobUrls.open(state.path(), jobs, aliases, workers);
      CronStore cronStore = new CronStore(state.directory("cron"), options.warnings());
      CronJobs crons = CronJobs.open(cronStore, jobs, clock);
      LocalBackend backend =
          new LocalBackend(
              options,
              state,
              workers,
              machines,
              jobs,
              new JobAccess(urls, state.path().resolve("pipes")),
              crons,
              new CronLoop(crons, clock, options.warnings()),
              odd);
      try {
        backend.listen(aliases, urls);
      } catch (IOException | RuntimeException e) {
        urls.close();
        throw e;
      }
      backend.access.reopen(jobs.all(), workers.pool());
      backend.cronLoop.start();
      return backend;
    } catch (IOException e) {
      abandon(state, workers);
      throw StateDirectory.unusable(state.path(), e);
    } catch (RuntimeException e) {
      abandon(state, workers);
      throw e;
    }
  }

  private static Path directory(LocalOptions options) {
    try {
      return options.state().isPresent()
          ? options.state().get().toAbsolutePath().normalize()
          : TemporaryState.create();
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "no temporary directory can be made: " + StateDirectory.reason(e),
          "make room in " + System.getProperty("java.io.tmpdir") + ", or make it writable for you",
          e);
    }
  }

  private static void abandon(StateDirectory state, Workers workers) {
    workers.close();
    try {
      state.close();
    } catch (IOException e) {
      workers.warnings().accept("the state directory cannot be given free: " + e.getMessage());
    }
  }

  private void listen(UrlAliases aliases, JobUrls urls) throws IOException {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = "local_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    UploadedFiles files = UploadedFiles.in(state.directory(UploadedFiles.DIRECTORY));
    List<Route> routes = new ArrayList<>(new JobCalls(jobs, access, files, odd).routes());
    routes.addAll(new FileCalls(files).routes());
    routes.addAll(new CronCalls(crons).routes());
    Path trees = state.path().resolve(SandboxMachines.WORKSPACES);
    DiskUse diskUse = new DiskUse(trees, workers);
    WorkspaceTrees workspaces = WorkspaceTrees.in(trees);
    routes.addAll(new WorkspaceCalls(workspaces, jobs, diskUse).routes());
    routes.addAll(new AliasCalls(aliases, urls, jobs, workspaces).routes());
    OwnCalls own = new OwnCalls(options.version(), machines.isolation(), this::closeSoon);
    routes.addAll(own.routes());
    if (options.testControl()) {
      routes.addAll(new OddCalls(odd).routes());
    }
    server = ApiServer.start(options.port(), token, routes, odd, workers);
    self =
        new RunningBackend(
            server.url(),
            token,
            ProcessHandle.current().pid(),
            RunningBackend.ownProcessStart(),
            options.version(),
            machines.isolation(),
            machines.network(),
            options.idle(),
            machines.warning().orElse(null),
            state.path(),
            options.rootfs().orElse(null));
    ServerFile.write(state.path(), self);
    state.tell(StateDirectory.Phase.READY);
    workers.later(RETELL_MS, this::tellAgain);
  }

  /**
   * Clients know of this backend by one file. Whoever removes or breaks that must not make it
   * unreachable while it holds the state directory.
   */
  private synchronized void tellAgain() {
    if (closing) {
      return;
    }
    try {
      ServerFile.restore(state.path(), self);
    } catch (IOException notNow) {
      // The disk may be full: the next time may find it otherwise.
    }
    workers.later(RETELL_MS, this::tellAgain);
  }

  /** Where it listens, without a path. */
  public URI url() {
    return self.url();
  }

  /** The bearer token of its API: a secret. */
  public String token() {
    return self.token();
  }

  /** Behaves oddly from now on, in the place of all oddities before; for tests. */
  public void behave(Oddities oddities) {
    odd.become(oddities);
  }

  /** What clients are told about it. */
  public RunningBackend self() {
    return self;
  }

  /** Waits until it is closed, by {@link #close} or by a request of {@link LocalDaemon#stop}. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  private void closeSoon() {
    Thread closer = new Thread(this::close, "mags-local-close");
    closer.start();
  }

  /**
   * Takes all sandboxes away and stops listening: persistent jobs sleep until the next start,
   * others end in error. Returns when all of it is gone, an ephemeral state directory too.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    tellOfTheEnd();
    cronLoop.close();
    odd.close();
    server.close();
    jobs.close();
    machines.close();
    access.close();
    try {
      ServerFile.remove(state.path());
      if (options.ephemeral()) {
        OwnerOnly.removeTree(state.path());
      }
      state.close();
    } catch (IOException e) {
      options.warnings().accept("the state directory was not cleared: " + e);
    } finally {
      workers.close();
      closed.countDown();
    }
  }

  private void tellOfTheEnd() {
    try {
      state.tell(StateDirectory.Phase.STOPPING);
    } catch (IOException e) {
      // The disk may be full; whoever waits then asks the process itself.
    }
  }

  /** Makes the machines of a backend. */
  interface MachineMaker {
    /** Opens what is in {@code state}, or makes it. */
    Machines open(StateDirectory state, IsolationChoice isolation, NetworkChoice network)
        throws IOException;
  }
}
