package run.mags.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import run.mags.terminal.Terminal;

/**
 * The caller's side of a call that a keeper runs: hands the command line over, and then reads and
 * writes for it. Our streams are read and written exactly when the keeper's program would do so:
 * every write of it waits for ours.
 *
 * <p>It has to be quicker than the program itself would be, so it uses as little of Java as it can.
 */
public final class Relay {
  /** Nothing was begun; or it may be done again, and has printed nothing. */
  public static final int NOT_DONE = -1;

  /** The keeper has gone in the middle of the call. */
  public static final int LOST = -2;

  /** The one that Java has on Linux, where alone {@link KeeperSocket#isSafe} can say yes. */
  private static final String LINUX_PROVIDER = "sun.nio.ch.EPollSelectorProvider";

  private final Terminal terminal;
  private final InputStream in;
  private final Map<String, String> env;
  private final Path home;
  private final Path cwd;

  /**
   * A relay for this process.
   *
   * @param in standard input, without a buffer that reads more than it was asked for
   * @param env the user's environment, handed on as it is
   */
  public Relay(Terminal terminal, InputStream in, Map<String, String> env, Path home, Path cwd) {
    this.terminal = terminal;
    this.in = in;
    this.cwd = cwd;
    this.env = env;
    this.home = home;
  }

  /**
   * Has the keeper at {@code socket} run a command line.
   *
   * @return its exit code, or {@link #NOT_DONE} or {@link #LOST}
   */
  public int run(KeeperSocket socket, String... args) {
    if (!socket.isSafe()) {
      return NOT_DONE;
    }
    // Or else Java would look for another provider in every jar, which takes it 40 ms.
    System.setProperty("java.nio.channels.spi.SelectorProvider", LINUX_PROVIDER);
    Patience patience = new Patience();
    try {
      // Never closed: that would load what nothing else here needs, and the process ends anyway.
      SocketChannel channel = patience.connected(socket.path());
      Link link = new Link(channel);
      link.send(Frame.REQUEST, request(socket, args).encoded());
      if (link.receive().kind != Frame.TAKEN || !patience.end()) {
        return NOT_DONE;
      }
      return new RelayedCall(link, terminal, in, Relayed.changes(args)).handOver();
    } catch (IOException | ServiceConfigurationError noKeeper) {
      return NOT_DONE;
    }
  }

  private Request request(KeeperSocket socket, String... args) {
    List<Boolean> terminals =
        List.of(terminal.inIsTerminal(), terminal.outIsTerminal(), terminal.errIsTerminal());
    return new Request(
        socket.key(), List.of(args), env, home.toString(), cwd.toString(), terminals);
  }

  /** Bounds the time in which a call is handed over, however the other side hangs. */
  private static final class Patience extends Thread {
    /** In ms; a keeper that is alive takes a few. */
    private static final long LIMIT = 2000;

    private SocketChannel channel;
    private boolean over;

    Patience() {
      super("relay-patience");
      setDaemon(true);
    }

    SocketChannel connected(Path socket) throws IOException {
      UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      start();
      channel.connect(address);
      return channel;
    }

    /** Whether it was in time. */
    synchronized boolean end() {
      boolean inTime = !over;
      over = true;
      notifyAll();
      return inTime;
    }

    @Override
    public synchronized void run() {
      try {
        long end = System.nanoTime() + LIMIT * 1_000_000;
        long left = LIMIT;
        while (!over && left > 0) {
          wait(left);
          left = (end - System.nanoTime()) / 1_000_000;
        }
        if (!over) {
          over = true;
          channel.close();
        }
      } catch (InterruptedException | IOException done) {
        // Nobody interrupts, and what cannot be closed is closed.
      }
    }
  }
}
