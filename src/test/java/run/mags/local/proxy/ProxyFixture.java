package run.mags.local.proxy;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import run.mags.local.net.ChannelLink;
import run.mags.local.net.Link;

/** A proxy, the name {@code app.localhost} on it, and a server behind that does as it is told. */
final class ProxyFixture implements Closeable {
  static final ProxyTimes TIMES = new ProxyTimes(60_000, 10_000, 60_000, 60_000);

  /** What the server does with each connection, which is closed after that. */
  interface Script {
    void serve(Wire wire) throws IOException;
  }

  /** Both directions of one connection, an exact one: a character is a byte. */
  static final class Wire implements Closeable {
    final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(20_000);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    Wire send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return this;
    }

    void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** The bytes up to and with {@code end}, or up to the end of the stream. */
    String upTo(String end) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < end.length()
          || text.lastIndexOf(end) != text.length() - end.length()) {
        int next = in.read();
        if (next < 0) {
          return text.toString();
        }
        text.append((char) next);
      }
      return text.toString();
    }

    /** A head with the empty line behind it; empty at the end of the stream. */
    String head() throws IOException {
      return upTo("\r\n\r\n");
    }

    String take(int count) throws IOException {
      return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** All that comes until the end. */
    String rest() throws IOException {
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      in.transferTo(rest);
      return rest.toString(StandardCharsets.ISO_8859_1);
    }

    InputStream in() {
      return in;
    }

    /** Nothing more is sent. */
    void endOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger inUse = new AtomicInteger();
  final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<Wire> wires = new CopyOnWriteArrayList<>();
  private final ExecutorService pool =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "proxy-test");
            thread.setDaemon(true);
            return thread;
          });
  private final ServerSocket server;
  private final UrlProxy proxy;
  final int port;
  final int own;

  private ProxyFixture(Script script, ProxyTimes times) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    pool.execute(() -> serve(script));
    proxy = UrlProxy.open(this::find, pool, seen::add, times);
    port = proxy.listen(0);
    own = proxy.listen(0, new Server());
  }

  static ProxyFixture serving(Script script) throws IOException {
    return new ProxyFixture(script, TIMES);
  }

  static ProxyFixture serving(ProxyTimes times, Script script) throws IOException {
    return new ProxyFixture(script, times);
  }

  private Destination find(String label) throws Refusal {
    if (!label.equals("app")) {
      throw new Refusal(404, "no URL is open under this name");
    }
    return new Server();
  }

  private void serve(Script script) {
    try {
      while (true) {
        Wire wire = new Wire(server.accept());
        wires.add(wire);
        connections.incrementAndGet();
        pool.execute(
            () -> {
              try (wire) {
                script.serve(wire);
              } catch (IOException gone) {
                seen.add("gone");
              }
            });
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  /** A client of the port that goes by names. */
  Wire client() throws IOException {
    return client(port);
  }

  Wire client(int to) throws IOException {
    Wire wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), to));
    wires.add(wire);
    return wire;
  }

  /** Waits, for 20 s at most, until the proxy uses the destination no more. */
  void awaitUnused() {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (inUse.get() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it is in use still");
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.close();
    for (Wire wire : wires) {
      wire.close();
    }
    pool.shutdownNow();
  }

  /** All are equal: they lead to the same server. */
  private final class Server implements Destination {
    @Override
    public Link connect() throws Refusal {
      try {
        return ChannelLink.of(
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort())));
      } catch (IOException e) {
        throw new Refusal(502, "nothing listens");
      }
    }

    @Override
    public Runnable enter() {
      inUse.incrementAndGet();
      return inUse::decrementAndGet;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Server;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
