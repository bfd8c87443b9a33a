package run.mags.local.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The network of this process. */
public enum HostReach implements Reach {
  /** The only one. */
  INSTANCE;

  @Override
  public boolean isHosts() {
    return true;
  }

  @Override
  public void prepare() {}

  @Override
  public Link connect(String host, int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(new InetSocketAddress(host, port), Bridge.CONNECT_MS);
      return ChannelLink.of(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Listening listen(String host, int port, Visitors visitors) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(host, port));
      int bound = ((InetSocketAddress) server.getLocalAddress()).getPort();
      Thread accepting = new Thread(() -> accept(server, visitors), "mags-listen-" + bound);
      accepting.setDaemon(true);
      accepting.start();
      return new Port(bound, server);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static void accept(ServerSocketChannel server, Visitors visitors) {
    try (server) {
      while (true) {
        SocketChannel channel = server.accept();
        InetSocketAddress from = (InetSocketAddress) channel.getRemoteAddress();
        Link link = ChannelLink.of(channel);
        Thread visit =
            new Thread(
                () -> visitors.accept(link, from.getAddress().getHostAddress(), from.getPort()),
                "mags-visit");
        visit.setDaemon(true);
        visit.start();
      }
    } catch (IOException closed) {
      // Nobody comes any more.
    }
  }

  private record Port(int port, ServerSocketChannel server) implements Listening {
    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException alreadyBroken) {
        // It is closed either way.
      }
    }
  }
}
