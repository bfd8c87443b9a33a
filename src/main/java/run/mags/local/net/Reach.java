package run.mags.local.net;

import java.io.IOException;

/** A network as its programs see it, reached from outside. Safe for use by several threads. */
public interface Reach {
  /**
   * Whether it is the network of this very process, whose ports are this process's ports too.
   *
   * @return false where it is a network of its own
   */
  boolean isHosts();

  /**
   * Gets the way ready that the first connection will take, which is slower otherwise. Returns when
   * it is, or cannot be made: the connection will say why.
   */
  void prepare();

  /**
   * Connects to a port, as a program in that network would.
   *
   * @param host a name or an address; {@code 127.0.0.1} is that network's own loopback interface
   * @param port 1–65535
   * @throws java.net.ConnectException if nothing listens there
   * @throws IOException if it cannot be reached
   */
  Link connect(String host, int port) throws IOException;

  /**
   * Listens on a port, as a program in that network would.
   *
   * @param host the address to listen on
   * @param port 0–65535; 0 takes a free one
   * @param visitors takes each connection, in a thread of its own
   * @throws IOException if the port is taken
   */
  Listening listen(String host, int port, Visitors visitors) throws IOException;

  /** Takes connections. */
  interface Visitors {
    /**
     * Somebody has connected.
     *
     * @param link the connection, which belongs to this method from now on
     * @param host the address from where it comes
     * @param port the port from where it comes
     */
    void accept(Link link, String host, int port);
  }

  /** A port that is listened on until it is closed. Connections that came before stay. */
  interface Listening extends AutoCloseable {
    /** The port. */
    int port();

    /** Listens no more; never throws, and a second time does nothing. */
    @Override
    void close();
  }
}
