package run.mags.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Printable;

/**
 * Port forwardings of one connection, or of several one after another. Local ports are taken before
 * there is a connection, so that one that is in use fails at once; who connects while there is none
 * waits. What goes wrong with a single connection is said and has no further consequence.
 */
public final class Forwards implements AutoCloseable {
  private static final int BACKLOG = 50;
  private static final int SOCKS_MILLIS = 30_000;

  private final List<Forward> forwards;
  private final Consumer<String> notes;
  private final List<ServerSocket> listening = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private SshConnection current;
  private boolean closed;
  private int visitors;
  private final List<String> words = new CopyOnWriteArrayList<>();
  private final OpenTunnels tunnels = new OpenTunnels();

  private Forwards(List<Forward> forwards, Consumer<String> notes) {
    this.forwards = List.copyOf(forwards);
    this.notes = notes;
  }

  /**
   * Takes the local ports.
   *
   * @param notes takes a line for each thing worth saying, on any thread
   * @throws CliException of kind CONFLICT if one of them cannot be had; none is taken then
   */
  public static Forwards listen(List<Forward> forwards, Consumer<String> notes) {
    Forwards made = new Forwards(forwards, notes);
    boolean done = false;
    try {
      for (Forward forward : forwards) {
        made.listening.add(forward.kind() == Forward.Kind.REMOTE ? null : bind(forward));
      }
      done = true;
      return made;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  private static ServerSocket bind(Forward forward) {
    try {
      InetAddress address =
          forward.listensEverywhere()
              ? new InetSocketAddress(0).getAddress()
              : forward.bind() == null
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.getByName(forward.bind());
      return new ServerSocket(forward.port(), BACKLOG, address);
    } catch (IOException taken) {
      String at = (forward.bind() == null ? "" : forward.bind() + ":") + forward.port();
      throw new CliException(
          ErrorKind.CONFLICT,
          "cannot listen on " + at + ": " + taken.getMessage(),
          "choose another port, or 0 for a free one",
          taken);
    }
  }

  /**
   * Begins to forward, or goes on over another connection when the former one is lost.
   *
   * @throws SshException if the server does not take one of the ports on its side
   */
  public void over(SshConnection connection) {
    RemoteForwards remote = new RemoteForwards(notes, tunnels);
    connection.accept(remote);
    boolean first = ports.isEmpty();
    for (int i = 0; i < forwards.size(); i++) {
      Forward forward = forwards.get(i);
      ServerSocket socket = listening.get(i);
      if (socket == null) {
        int port = connection.requestForward(first ? forward : forward.on(ports.get(i)), remote);
        tell(first, forward, port, " of the sandbox");
      } else {
        tell(first, forward, socket.getLocalPort(), "");
      }
    }
    synchronized (this) {
      current = connection;
      notifyAll();
    }
    for (int i = 0; first && i < forwards.size(); i++) {
      Forward forward = forwards.get(i);
      ServerSocket socket = listening.get(i);
      if (socket != null) {
        daemon("forward-" + ports.get(i), () -> accept(socket, forward));
      }
    }
  }

  private void tell(boolean first, Forward forward, int port, String where) {
    if (first) {
      ports.add(port);
      words.add(forward.words(port));
      if (forward.port() == 0) {
        notes.accept("port " + port + where + " leads to " + forward.destination());
      }
    }
  }

  /** The port that each forwarding listens on, in their order, once {@link #over} has returned. */
  public List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** Waits until someone has connected while there was no connection; whether that is so. */
  public synchronized boolean awaitVisitor(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (visitors == 0 && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return visitors > 0;
  }

  /** The connection, once there is one; null when there will be none. */
  private synchronized SshConnection awaitConnection() throws InterruptedException {
    visitors++;
    notifyAll();
    try {
      while (!closed && !current.isOpen()) {
        wait();
      }
      return closed ? null : current;
    } finally {
      visitors--;
    }
  }

  /** Those that are in use, a line each, with how many connections go through them now. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      int count = tunnels.of(forwards.get(i));
      lines.add(words.get(i) + ", " + count + (count == 1 ? " connection" : " connections"));
    }
    return lines;
  }

  private void accept(ServerSocket from, Forward forward) {
    while (!from.isClosed()) {
      try {
        Socket socket = from.accept();
        SshConnection connection = awaitConnection();
        if (connection == null) {
          Tunnel.close(socket);
          return;
        }
        socket.setTcpNoDelay(true);
        if (forward.kind() == Forward.Kind.DYNAMIC) {
          daemon("socks", () -> socks(socket, forward, connection));
        } else {
          SocksRequest to = new SocksRequest(forward.host(), forward.hostPort(), 0);
          open(socket, to, forward, connection);
        }
      } catch (IOException over) {
        // Either this is the end, or the one who connected has gone already.
      } catch (InterruptedException nobodyInterrupts) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void socks(Socket socket, Forward forward, SshConnection connection) {
    try {
      socket.setSoTimeout(SOCKS_MILLIS);
      SocksRequest request = SocksRequest.read(socket.getInputStream(), socket.getOutputStream());
      socket.setSoTimeout(0);
      open(socket, request, forward, connection);
    } catch (IOException broken) {
      notes.accept("a SOCKS connection failed: " + Printable.line(broken.getMessage()));
      Tunnel.close(socket);
    }
  }

  private void open(Socket socket, SocksRequest to, Forward forward, SshConnection connection) {
    DirectChannel channel = new DirectChannel(socket, to);
    try {
      connection.register(channel);
      channel
          .open()
          .addListener(
              opening -> {
                if (opening.isOpened()) {
                  tunnels.opened(forward, channel);
                } else {
                  failed(socket, to, opening.getException());
                }
              });
    } catch (IOException | IllegalStateException lost) {
      failed(socket, to, lost);
    }
  }

  private void failed(Socket socket, SocksRequest to, Throwable why) {
    String reason = why == null ? "the connection was lost" : String.valueOf(why.getMessage());
    notes.accept(
        "a forwarded connection to "
            + Printable.line(to.host() + ":" + to.port() + " failed: " + reason));
    try {
      socket.getOutputStream().write(to.answer(false));
    } catch (IOException gone) {
      // Then there is nobody to be told.
    }
    Tunnel.close(socket);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Listens no more; connections that stand go on as long as the SSH connection does. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    for (ServerSocket socket : listening) {
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException gone) {
        // It listens no more either way.
      }
    }
  }
}
