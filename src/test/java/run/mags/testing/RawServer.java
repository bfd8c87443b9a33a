package run.mags.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that answers every connection with the same bytes, whole HTTP or not, and then closes
 * it. For what no HTTP server does.
 */
public final class RawServer implements AutoCloseable {
  private final ServerSocket socket;
  private final List<String> requestLines = new ArrayList<>();
  private final String answer;
  private final boolean readsFirst;
  private final boolean resets;

  private RawServer(String answer, boolean readsFirst, boolean resets) {
    this.answer = answer;
    this.readsFirst = readsFirst;
    this.resets = resets;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread thread = new Thread(this::serve, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads the request, sends {@code bytes} and closes in order. */
  public static RawServer sending(String bytes) {
    return new RawServer(bytes, true, false);
  }

  /** Reads the request, sends {@code bytes} and resets the connection. */
  public static RawServer resettingAfter(String bytes) {
    return new RawServer(bytes, true, true);
  }

  /** Resets each connection before it has read anything. */
  public static RawServer resettingAtOnce() {
    return new RawServer("", false, true);
  }

  /** A port of this machine where nobody listens. */
  public static URI nobody() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + free.getLocalPort());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Its base URL. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** The first line of each request that was read. */
  public List<String> requestLines() {
    synchronized (requestLines) {
      return List.copyOf(requestLines);
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        if (readsFirst) {
          readRequest(client.getInputStream());
        }
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
        if (resets) {
          client.setSoLinger(true, 0);
        }
      } catch (IOException gone) {
        // The client has left, or we are closed.
      }
    }
  }

  private void readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    in.readNBytes(length);
    synchronized (requestLines) {
      requestLines.add(head.substring(0, head.indexOf("\r\n")));
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
