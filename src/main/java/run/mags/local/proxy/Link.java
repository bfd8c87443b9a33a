package run.mags.local.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection with a stream in each direction, which can be used by a thread each. */
public interface Link extends Closeable {
  /** What comes from the other side. */
  InputStream in() throws IOException;

  /** What goes to the other side, at once. */
  OutputStream out() throws IOException;

  /**
   * How long a read that begins from now on may wait before it throws {@link
   * java.net.SocketTimeoutException}, in ms; 0 means for ever. The stream stays usable after that.
   */
  void readLimit(int ms) throws IOException;

  /** Tells the other side that nothing more comes; reading goes on. */
  void endOutput() throws IOException;

  /** Ends both directions, and whoever waits in a read or write. Never throws. */
  @Override
  void close();

  /** A TCP connection. */
  static Link of(Socket socket) throws IOException {
    // Without it a small piece of an answer waits 40 ms for the acknowledgement of the one before.
    socket.setTcpNoDelay(true);
    return new TcpLink(socket);
  }
}
