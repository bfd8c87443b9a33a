package run.mags.local.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Any number of loopback ports that one thread listens on. */
final class Listeners implements AutoCloseable {
  private static final long EXHAUSTED_MS = 100;

  private final Selector selector;
  private final Map<Integer, ServerSocketChannel> byPort = new ConcurrentHashMap<>();

  private Listeners(Selector selector) {
    this.selector = selector;
  }

  /** Without a port so far. */
  static Listeners open() throws IOException {
    Listeners listeners = new Listeners(Selector.open());
    Thread thread = new Thread(listeners::run, "mags-local-urls");
    thread.setDaemon(true);
    thread.start();
    return listeners;
  }

  /**
   * Listens on one more port.
   *
   * @param port 0 takes a free one
   * @param visitors takes each connection, at once
   * @return the port
   * @throws IOException if it is taken
   */
  int listen(int port, Consumer<SocketChannel> visitors) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      int bound = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      byPort.put(bound, channel);
      channel.register(selector, SelectionKey.OP_ACCEPT, visitors);
      selector.wakeup();
      return bound;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether a port is one of these. */
  boolean has(int port) {
    return byPort.containsKey(port);
  }

  /** Listens on a port no more; the connections that came there stay. */
  void leave(int port) {
    ServerSocketChannel channel = byPort.remove(port);
    if (channel != null) {
      close(channel);
      // The selector holds the port until it looks again.
      selector.wakeup();
    }
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          accept(key);
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | ClosedSelectorException closed) {
      // There is nothing to listen for any more.
    }
  }

  private static void accept(SelectionKey key) {
    try {
      SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
      if (channel != null) {
        @SuppressWarnings("unchecked") // attached by listen
        Consumer<SocketChannel> visitors = (Consumer<SocketChannel>) key.attachment();
        visitors.accept(channel);
      }
    } catch (IOException closedOrExhausted) {
      // Closed, or no file descriptor is left: then the next one fails as well for a while.
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(EXHAUSTED_MS);
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // It is closed either way.
    }
  }

  /** Listens on none any more; when it returns, the ports are free. */
  @Override
  public void close() throws IOException {
    byPort.values().forEach(Listeners::close);
    selector.close();
  }
}
