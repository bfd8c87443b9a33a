package run.mags.local.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import run.mags.local.net.ChannelLink;
import run.mags.local.net.Link;

/**
 * Leads URLs of this machine to ports of sandboxes: one port for all that goes by the {@code Host}
 * of each request, and ports of their own. On the loopback interface only, for anyone who comes.
 */
public final class UrlProxy implements AutoCloseable {
  /** The most connections at once; each takes one or two threads while bytes are awaited. */
  static final int MOST_CONNECTIONS = 500;

  private final Router router;
  private final Executor pool;
  private final Consumer<String> warnings;
  private final Listeners listeners;
  private final ProxyTimes times;
  private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
  private final Set<Link> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private UrlProxy(
      Router router,
      Executor pool,
      Consumer<String> warnings,
      Listeners listeners,
      ProxyTimes times) {
    this.router = router;
    this.pool = pool;
    this.warnings = warnings;
    this.listeners = listeners;
    this.times = times;
  }

  /**
   * A proxy that listens nowhere yet.
   *
   * @param router finds where a host leads
   * @param pool as many daemon threads as are needed
   * @param warnings takes what its owner should know, a line each
   */
  public static UrlProxy open(Router router, Executor pool, Consumer<String> warnings)
      throws IOException {
    return open(router, pool, warnings, ProxyTimes.STANDARD);
  }

  /** The same that waits for other times. */
  static UrlProxy open(Router router, Executor pool, Consumer<String> warnings, ProxyTimes times)
      throws IOException {
    return new UrlProxy(router, pool, warnings, Listeners.open(), times);
  }

  /**
   * Listens for HTTP requests that go by their {@code Host}.
   *
   * @param port 0 takes a free one
   * @return the port
   * @throws IOException if it is taken
   */
  public int listen(int port) throws IOException {
    return listeners.listen(
        port, channel -> take(channel, link -> new ProxySession(link, router, pool, times).run()));
  }

  /**
   * Listens for connections of any protocol that lead to one place.
   *
   * @param port 0 takes a free one
   * @return the port
   * @throws IOException if it is taken
   */
  public int listen(int port, Destination to) throws IOException {
    OwnPort own = new OwnPort(to, pool, times);
    return listeners.listen(port, channel -> take(channel, own::serve));
  }

  /** Listens on a port no more. */
  public void leave(int port) {
    listeners.leave(port);
  }

  /** Whether it listens on a port, which then must not lead to itself. */
  public boolean listensOn(int port) {
    return listeners.has(port);
  }

  private void take(SocketChannel channel, Service service) {
    try {
      Link link = ChannelLink.of(channel);
      if (closed || !free.tryAcquire()) {
        link.close();
        return;
      }
      link.writeLimit(times.write());
      open.add(link);
      start(link, service);
    } catch (IOException gone) {
      close(channel);
    }
  }

  private void start(Link link, Service service) {
    try {
      pool.execute(() -> serve(link, service));
    } catch (RejectedExecutionException closing) {
      link.close();
      open.remove(link);
      free.release();
    }
  }

  private void serve(Link link, Service service) {
    try (link) {
      if (closed) {
        return;
      }
      service.serve(link);
    } catch (IOException broken) {
      // One side went away; the other sees that by the end of its connection.
    } catch (RuntimeException defect) {
      warnings.accept("a defect of the local backend: " + defect);
    } finally {
      open.remove(link);
      free.release();
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // It is closed either way.
    }
  }

  /** Listens on no port any more and cuts off who is there. */
  @Override
  public void close() throws IOException {
    closed = true;
    listeners.close();
    open.forEach(Link::close);
  }

  /** Finds where a host leads. */
  public interface Router {
    /**
     * Where a host leads.
     *
     * @param label what stands before {@code .localhost}, in lower case; empty under another name
     * @throws Refusal if it leads nowhere
     */
    Destination find(String label) throws Refusal;
  }

  private interface Service {
    void serve(Link link) throws IOException;
  }
}
