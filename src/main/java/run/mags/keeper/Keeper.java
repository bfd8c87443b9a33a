package run.mags.keeper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * The keeper's process: listens on its socket, and ends when nobody has called for some minutes,
 * when it is old, or when its socket or its program was removed.
 */
public final class Keeper {
  /** How long it stays without a call. */
  static final Duration IDLE = Duration.ofMinutes(5);

  /** How long it stays at all: certificates, time zones and the like are read but once. */
  static final Duration OLD = Duration.ofHours(1);

  /** How many calls it runs at a time; further ones go their own way. */
  static final int MOST_CALLS = 64;

  /** How long a caller may take to hand its call over. */
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  private static final Duration TICK = Duration.ofSeconds(1);

  /** So much more on the wall than by the monotonic clock, and the machine has slept. */
  private static final Duration JUMP = Duration.ofSeconds(2);

  private final KeeperSocket socket;
  private final Map<String, String> processEnv;
  private final Program program;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Set<KeptCall> calls = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool(Keeper::daemon);
  private ServerSocketChannel server;
  private volatile Object ownFile;
  private final long born;
  private long lastUse;
  private long skew;
  private boolean over;

  /**
   * A keeper that does not listen yet.
   *
   * @param processEnv what this JVM was started with
   * @param clock the time of day
   * @param nanos the monotonic clock, in ns, which stands still while the machine sleeps
   */
  public Keeper(
      KeeperSocket socket,
      Map<String, String> processEnv,
      Program program,
      Clock clock,
      LongSupplier nanos) {
    this.socket = socket;
    this.processEnv = processEnv;
    this.program = program;
    this.clock = clock;
    this.nanos = nanos;
    this.born = nanos.getAsLong();
    this.lastUse = born;
    this.skew = skew();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "keeper");
    thread.setDaemon(true);
    return thread;
  }

  Program program() {
    return program;
  }

  /**
   * Listens until the end, and until every call has ended. Returns at once if another keeper
   * listens there already.
   *
   * @throws IOException if it cannot listen
   */
  public void run() throws IOException {
    if (!socket.isSafe()) {
      throw new IOException(socket.directory() + " is not ours alone");
    }
    try (FileChannel channel = lockFile();
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
      listen();
      daemon(this::watch).start();
      accept();
      remove();
    }
    awaitCalls();
    program.end();
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        socket.lock(),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Whoever has the lock may take the place of what a dead keeper has left. */
  private void listen() throws IOException {
    Path path = socket.path();
    Files.deleteIfExists(path);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path), 4 * MOST_CALLS);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    ownFile = fileKey();
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove, "keeper-end"));
  }

  /** Whether callers are let in, which they are a moment after the socket can be seen. */
  boolean isListening() {
    return ownFile != null;
  }

  private Object fileKey() {
    try {
      return Files.readAttributes(
              socket.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException removed) {
      return null;
    }
  }

  private void remove() {
    try {
      if (ownFile.equals(fileKey())) {
        Files.deleteIfExists(socket.path());
      }
    } catch (IOException stays) {
      // The next keeper takes its place.
    }
  }

  private void accept() {
    try {
      while (true) {
        Link link = new Link(server.accept());
        KeptCall call = new KeptCall(link, this, nanos.getAsLong() + HAND_OVER.toNanos());
        begin(call);
        threads.execute(() -> call.serve(threads));
      }
    } catch (IOException closed) {
      // By the watch, which says when it is over.
    }
  }

  private synchronized void begin(KeptCall call) {
    calls.add(call);
    lastUse = nanos.getAsLong();
  }

  void ended(KeptCall call) {
    calls.remove(call);
    synchronized (this) {
      lastUse = nanos.getAsLong();
      notifyAll();
    }
  }

  /** Whether a call can be run here: in a JVM like the caller's, and not too many at a time. */
  boolean takes(Request request) {
    checkClocks();
    return request.key().equals(socket.key()) && calls.size() <= MOST_CALLS && !isOver();
  }

  private void watch() {
    try {
      while (!isOver()) {
        Thread.sleep(TICK.toMillis());
        tick();
      }
      server.close();
    } catch (InterruptedException | IOException ending) {
      // It is over in any case.
    }
  }

  /** What is done once a second. */
  void tick() {
    checkClocks();
    program.tick();
    long now = nanos.getAsLong();
    calls.forEach(call -> call.closeIfLate(now));
    boolean changed =
        !ownFile.equals(fileKey())
            || !socket.equals(KeeperSocket.in(socket.directory(), processEnv));
    synchronized (this) {
      boolean idle = calls.isEmpty() && now - lastUse > IDLE.toNanos();
      over |= changed || idle || now - born > OLD.toNanos();
    }
  }

  private synchronized boolean isOver() {
    return over;
  }

  private void checkClocks() {
    boolean jumped;
    synchronized (this) {
      long now = skew();
      jumped = Math.abs(now - skew) > JUMP.toMillis();
      skew = now;
    }
    if (jumped) {
      program.woken();
    }
  }

  private long skew() {
    return clock.millis() - nanos.getAsLong() / 1_000_000;
  }

  private synchronized void awaitCalls() {
    try {
      while (!calls.isEmpty()) {
        wait(TICK.toMillis());
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}
