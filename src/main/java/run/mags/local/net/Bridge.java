package run.mags.local.net;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The way into a private network: a {@link BridgeProcess} in there, started when it is needed first
 * and again if it has ended.
 */
public final class Bridge implements Reach, AutoCloseable {
  /** How long a connection inside may take to be made, in ms. */
  static final int CONNECT_MS = 5_000;

  private static final int ANSWER_MS = 30_000;
  private static final long START_SECONDS = 30;
  private static final String SOCKET = "bridge";

  private final List<String> enter;
  private final Path directory;
  private Process process;
  private boolean closed;

  /**
   * A bridge that is not there yet.
   *
   * @param enter the command that runs a program inside the network, but among the host's files
   * @param directory an owner-only directory for the socket, removed by its owner
   */
  public Bridge(List<String> enter, Path directory) {
    this.enter = List.copyOf(enter);
    this.directory = directory;
  }

  @Override
  public boolean isHosts() {
    return false;
  }

  @Override
  public void prepare() {
    try {
      Process unused = running();
    } catch (IOException e) {
      // Whoever connects is told.
    }
  }

  @Override
  public Link connect(String host, int port) throws IOException {
    return ask("connect " + word(host) + " " + port);
  }

  @Override
  public Listening listen(String host, int port, Visitors visitors) throws IOException {
    Link control = ask("listen " + word(host) + " " + port);
    try {
      int bound = Integer.parseInt(line(control.in()));
      Ports listening = new Ports(bound, control);
      Thread announcements = new Thread(() -> welcome(control, visitors), "mags-bridge-listen");
      announcements.setDaemon(true);
      announcements.start();
      return listening;
    } catch (IOException | RuntimeException e) {
      control.close();
      throw e;
    }
  }

  private record Ports(int port, Link control) implements Listening {
    @Override
    public void close() {
      control.close();
    }
  }

  /** Takes the connections that are announced, until nobody listens any more. */
  private void welcome(Link control, Visitors visitors) {
    try (control) {
      while (true) {
        String[] words = line(control.in()).split(" ", -1);
        Thread visit = new Thread(() -> take(words, visitors), "mags-bridge-visit");
        visit.setDaemon(true);
        visit.start();
      }
    } catch (IOException closedByEitherSide) {
      // Nobody comes any more.
    }
  }

  private void take(String[] words, Visitors visitors) {
    try {
      visitors.accept(ask("take " + words[0]), words[1], Integer.parseInt(words[2]));
    } catch (IOException gone) {
      // Who came has left again.
    }
  }

  private static String word(String host) throws IOException {
    if (host.isEmpty() || host.length() > 255 || host.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IOException("not a host: " + host);
    }
    return host;
  }

  private Link ask(String request) throws IOException {
    Link link = ChannelLink.of(open());
    try {
      link.out().write((request + "\n").getBytes(StandardCharsets.US_ASCII));
      link.readLimit(ANSWER_MS);
      int status = link.in().read();
      link.readLimit(0);
      switch (status) {
        case BridgeProcess.DONE -> {
          return link;
        }
        case BridgeProcess.REFUSED -> throw new ConnectException(line(link.in()));
        case BridgeProcess.FAILED -> throw new IOException(line(link.in()));
        default -> throw new EOFException("the sandbox has ended");
      }
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  private SocketChannel open() throws IOException {
    // A path of the directory itself could be too long for a socket's address.
    Path socket = Path.of("/proc", Long.toString(running().pid()), "cwd", SOCKET);
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the sandbox has ended");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private synchronized Process running() throws IOException {
    if (closed) {
      throw new IOException("the sandbox has ended");
    }
    if (process == null || !process.isAlive()) {
      Files.deleteIfExists(directory.resolve(SOCKET));
      process = start();
    }
    return process;
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>(enter);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xms4m",
            "-Xmx64m",
            "-Xss256k",
            "-cp",
            classPath(),
            BridgeProcess.class.getName(),
            SOCKET));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    Process started = builder.start();
    CompletableFuture<Void> timer =
        new CompletableFuture<Void>().completeOnTimeout(null, START_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Void> late = timer.thenRun(started::destroyForcibly);
    try {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
      String said = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("ready")) {
          return started;
        }
        said = said == null ? line : said;
      }
      throw new IOException(
          "the sandbox's network cannot be entered: "
              + (said == null ? "the bridge ended without a word" : said));
    } catch (IOException e) {
      started.destroyForcibly();
      throw e;
    } finally {
      late.cancel(false);
      timer.cancel(false);
    }
  }

  /** Where this very class came from, a directory or a jar. */
  private static String classPath() throws IOException {
    try {
      return Path.of(Bridge.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** Ends the process in the network, and with it all connections. */
  @Override
  public synchronized void close() {
    closed = true;
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
