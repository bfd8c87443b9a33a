package run.mags.ssh;

import java.io.InterruptedIOException;
import java.net.Socket;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Makes SSH connections. It reads no configuration and no key but the target's, knows no agent, and
 * asks nothing.
 */
public final class SshExecutor {
  private static final int SILENCE_MILLIS = 15_000;

  private final HostKeyPolicy hostKeys;
  private final Consumer<String> debug;
  private final SshPool pool;
  private final int silenceMillis;
  private final FutureTask<LeanClient> client = new FutureTask<>(SshExecutor::newClient);

  /**
   * An executor; it costs nothing until it is used.
   *
   * @param debug gets a line for each step of each connection, without keys and commands, on any
   *     thread; null for none
   */
  public SshExecutor(HostKeyPolicy hostKeys, Consumer<String> debug) {
    this(hostKeys, debug, null);
  }

  /** The same with connections that are kept in a pool; null for none. */
  public SshExecutor(HostKeyPolicy hostKeys, Consumer<String> debug, SshPool pool) {
    this(hostKeys, debug, pool, SILENCE_MILLIS);
  }

  /** An executor whose connections ask for a sign of life after that much silence. */
  SshExecutor(HostKeyPolicy hostKeys, Consumer<String> debug, int silenceMillis) {
    this(hostKeys, debug, null, silenceMillis);
  }

  private SshExecutor(
      HostKeyPolicy hostKeys, Consumer<String> debug, SshPool pool, int silenceMillis) {
    this.hostKeys = hostKeys;
    this.debug = debug;
    this.pool = pool;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Loads in the background what the first connection needs, which is most of what it costs on this
   * side. Worth calling as soon as a connection is likely; calling it again does nothing.
   */
  public void prepare() {
    daemon(client, "ssh-prepare").start();
  }

  /**
   * Connects and logs in, or takes a connection of the pool.
   *
   * @param timeout for everything together
   * @throws SshException if that fails; {@link SshException#retryable()} tells whether it may work
   *     later, as with a server that is still starting
   * @throws CliException of kind CONFIG if the known host keys cannot be read, of kind INTERRUPTED
   *     if this thread is interrupted
   */
  public SshConnection connect(SshTarget target, Duration timeout) {
    // What is not pinned may be another machine by now.
    if (pool == null || target.pinName() == null) {
      return connectAnew(target, timeout);
    }
    Optional<SshPool.Lease> kept = pool.lease(target, hostKeys.file());
    if (kept.isPresent()) {
      return new SshConnection(target, kept.get().line(), new Trace(debug)).leasedBy(kept.get());
    }
    SshConnection fresh = connectAnew(target, timeout);
    return fresh.leasedBy(pool.keep(target, hostKeys.file(), fresh.line()));
  }

  private SshConnection connectAnew(SshTarget target, Duration timeout) {
    Limit limit = new Limit(timeout);
    Trace trace = new Trace(debug);
    Dialer dialer = new Dialer(target, limit, trace);
    FutureTask<Socket> dialing = new FutureTask<>(dialer);
    FutureTask<KeyPair> reading = new FutureTask<>(() -> PrivateKeys.read(target.privateKey()));
    // While the network and the key take their time, the client is made ready here.
    daemon(
            () -> {
              dialing.run();
              Loggers.ready();
              reading.run();
            },
            "ssh-dial")
        .start();
    boolean done = false;
    try {
      client.run();
      LeanClient prepared = client.get();
      Socket socket = dialing.get(limit.millisLeft(), TimeUnit.MILLISECONDS);
      Login login = new Login(prepared, target, reading.get(), hostKeys, trace);
      SshConnection connection = login.over(socket, silenceMillis, limit);
      done = true;
      return connection;
    } catch (TimeoutException slow) {
      throw Dialer.tooSlow(target, limit, "nothing answered", slow);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof CliException known
          ? known
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException | InterruptedIOException interrupt) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted", null, interrupt);
    } finally {
      if (!done) {
        dialer.abandon();
      }
    }
  }

  private static LeanClient newClient() {
    Loggers.ready();
    return new LeanClient();
  }

  /**
   * The loggers of Apache SSHD. SLF4J warns on standard error when two threads make the first of
   * them at a time; a class is made ready by one thread while the others wait.
   */
  private static final class Loggers {
    static {
      LoggerFactory.getILoggerFactory();
    }

    private Loggers() {}

    static void ready() {
      // That this class is in use is all that is wanted.
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
