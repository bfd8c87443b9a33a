package run.mags.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP proxy as companies have them: it opens tunnels, here always to this machine, whatever the
 * name, and keeps all bytes that clients send through it.
 */
public final class TunnelProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final List<String> heads = new ArrayList<>();
  private final ByteArrayOutputStream carried = new ByteArrayOutputStream();
  private volatile String refusal;
  private volatile String credentials;

  /** Starts on a free port of the loopback interface. */
  public TunnelProxy() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    start(this::serve);
  }

  /** Refuses every tunnel with this status line, such as {@code 403 Forbidden}. */
  public TunnelProxy refusing(String status) {
    refusal = status;
    return this;
  }

  /** Wants this value of {@code Proxy-Authorization}. */
  public TunnelProxy wanting(String value) {
    credentials = value;
    return this;
  }

  /** Host and port. */
  public String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** The head of each request so far. */
  public List<String> heads() {
    synchronized (heads) {
      return List.copyOf(heads);
    }
  }

  /** What clients have sent, heads and tunnels. */
  public String carried() {
    synchronized (carried) {
      return carried.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tunnel-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        start(() -> tunnel(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void tunnel(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      synchronized (heads) {
        heads.add(head);
      }
      String status = refusal;
      boolean known = credentials == null || head.contains("Proxy-Authorization: " + credentials);
      if (status == null && !known) {
        status = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"";
      }
      OutputStream toClient = client.getOutputStream();
      if (status != null) {
        toClient.write(ascii("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"));
        return;
      }
      int port = Integer.parseInt(head.substring(head.indexOf(':') + 1, head.indexOf(" HTTP/")));
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
        toClient.write(ascii("HTTP/1.1 200 Connection established\r\n\r\n"));
        start(() -> copy(server, client, null));
        copy(client, server, carried);
      }
    } catch (IOException gone) {
      // One side has left.
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream kept) {
    byte[] bytes = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (kept != null) {
          synchronized (kept) {
            kept.write(bytes, 0, count);
          }
        }
        to.getOutputStream().write(bytes, 0, count);
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      // One side has left.
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client has left");
      }
      head.append((char) next);
    }
    return head.toString();
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
