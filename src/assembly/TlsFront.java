import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Takes TLS connections on a free port of loopback and hands what they say to a plain port of
 * loopback, as the service's own front does: for the build, in which mags speaks TLS once, and for
 * the benchmarks.
 *
 * <p>usage: java TlsFront.java KEYSTORE PASSWORD PORT
 *
 * <p>Prints its own port. Ends when its standard input does.
 */
public class TlsFront {
  public static void main(String[] args) throws Exception {
    char[] password = args[1].toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      keys.load(in, password);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), null, null);
    int port = Integer.parseInt(args[2]);
    ServerSocket server =
        tls.getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort());
    daemon(
        () -> {
          while (true) {
            Socket client = server.accept();
            daemon(() -> relay(client, port));
          }
        });
    while (System.in.read() >= 0) {
      // Whoever started this says with the end of the input that it is over.
    }
  }

  private static void relay(Socket client, int port) throws IOException {
    client.setTcpNoDelay(true);
    try (client;
        Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
      far.setTcpNoDelay(true);
      daemon(() -> copy(far, client));
      copy(client, far);
    }
  }

  private static void copy(Socket from, Socket to) throws IOException {
    byte[] buffer = new byte[65536];
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    for (int count; (count = in.read(buffer)) >= 0; ) {
      out.write(buffer, 0, count);
      out.flush();
    }
    to.shutdownOutput();
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException closed) {
                // One of the two has gone; so does the other.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
