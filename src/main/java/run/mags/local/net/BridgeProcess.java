package run.mags.local.net;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The process inside of a private network, for {@link Bridge} outside: it listens on a Unix domain
 * socket, whose file the network does not hide, and ends with its standard input, however the one
 * who holds that ends. Nothing but the JDK is loaded, since it has to be there at once.
 *
 * <p>A connection begins with a line. {@code connect HOST PORT} and {@code take ID} are answered by
 * {@link #DONE}, then bytes go both ways; {@code listen HOST PORT} by {@link #DONE} and a line with
 * the port, then a line {@code ID HOST PORT} for each connection that came and waits to be taken,
 * until the asker closes. Any other answer is followed by a line that says why.
 */
public final class BridgeProcess {
  /** It is done. */
  static final int DONE = 0;

  /** Nothing listens there. */
  static final int REFUSED = 1;

  /** It cannot be done. */
  static final int FAILED = 2;

  private static final int PIECE = 32 * 1024;
  private static final int LONGEST_LINE = 1024;

  private final Map<String, SocketChannel> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  private BridgeProcess() {}

  /**
   * Runs it until its input ends.
   *
   * @param arguments the name of the socket's file, in the working directory
   * @throws IOException if it cannot listen there
   */
  public static void main(String[] arguments) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
    BridgeProcess bridge = new BridgeProcess();
    inThread(() -> bridge.accept(server));
    try (OutputStream out = new FileOutputStream(FileDescriptor.out);
        InputStream lifeline = new FileInputStream(FileDescriptor.in)) {
      out.write("ready\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      lifeline.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void inThread(Action action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (IOException broken) {
                // One side went away; the other sees that by the end of its connection.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocketChannel server) throws IOException {
    while (true) {
      SocketChannel client = server.accept();
      inThread(() -> serve(client));
    }
  }

  private void serve(SocketChannel client) throws IOException {
    try (client) {
      String[] words = line(Channels.newInputStream(client)).split(" ", -1);
      switch (words[0]) {
        case "connect" -> connect(client, words[1], Integer.parseInt(words[2]));
        case "listen" -> listen(client, words[1], Integer.parseInt(words[2]));
        default -> take(client, words[1]);
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LONGEST_LINE) {
        throw new IOException("no line");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static void connect(SocketChannel client, String host, int port) throws IOException {
    SocketChannel target;
    try {
      target = SocketChannel.open();
      // Not by the channel itself, which does not say in words that a name is not known.
      target.socket().connect(new InetSocketAddress(host, port), Bridge.CONNECT_MS);
    } catch (ConnectException e) {
      answer(client, REFUSED, e.getMessage() + "\n");
      return;
    } catch (IOException e) {
      answer(client, FAILED, e + "\n");
      return;
    }
    join(client, target);
  }

  private void listen(SocketChannel client, String host, int port) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      try {
        server.bind(new InetSocketAddress(host, port));
      } catch (IOException e) {
        answer(client, FAILED, e.getMessage() + "\n");
        return;
      }
      answer(client, DONE, ((InetSocketAddress) server.getLocalAddress()).getPort() + "\n");
      String prefix = ids.incrementAndGet() + ".";
      inThread(() -> announce(client, server, prefix));
      InputStream end = Channels.newInputStream(client);
      end.transferTo(OutputStream.nullOutputStream());
    }
  }

  private void announce(SocketChannel client, ServerSocketChannel server, String prefix)
      throws IOException {
    try (client) {
      while (true) {
        SocketChannel visitor = server.accept();
        InetSocketAddress from = (InetSocketAddress) visitor.getRemoteAddress();
        String id = prefix + ids.incrementAndGet();
        waiting.put(id, visitor);
        String host = from.getAddress().getHostAddress();
        write(client, id + " " + host + " " + from.getPort() + "\n");
      }
    } finally {
      for (String id : List.copyOf(waiting.keySet())) {
        SocketChannel left = id.startsWith(prefix) ? waiting.remove(id) : null;
        if (left != null) {
          close(left);
        }
      }
    }
  }

  private void take(SocketChannel client, String id) throws IOException {
    SocketChannel visitor = waiting.remove(id);
    if (visitor == null) {
      answer(client, FAILED, "it is gone\n");
    } else {
      join(client, visitor);
    }
  }

  private static void join(SocketChannel client, SocketChannel target) throws IOException {
    try (target) {
      target.setOption(StandardSocketOptions.TCP_NODELAY, true);
      answer(client, DONE, "");
      Thread back =
          new Thread(
              () -> {
                copy(target, client);
              });
      back.setDaemon(true);
      back.start();
      copy(client, target);
      back.join();
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  /** Passes bytes on until their end; when that fails, neither direction goes on. */
  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // It is closed either way.
    }
  }

  private static void answer(SocketChannel client, int status, String line) throws IOException {
    write(client, (char) status + line);
  }

  private static void write(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  private interface Action {
    void run() throws IOException;
  }
}
