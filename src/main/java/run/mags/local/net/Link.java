package run.mags.local.net;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection with a stream in each direction, which can be used by a thread each. */
public interface Link extends Closeable {
  /** What comes from the other side. */
  InputStream in();

  /**
   * What goes to the other side, at once. A write throws {@link java.net.SocketTimeoutException}
   * when the other side takes nothing for as long as {@link #writeLimit} says.
   */
  OutputStream out();

  /**
   * How long a read that begins from now on may wait before it throws {@link
   * java.net.SocketTimeoutException}, in ms; 0 means for ever. The stream stays usable after that.
   */
  void readLimit(int ms);

  /**
   * How long a write that begins from now on may wait without a byte being taken, in ms; 0 means
   * for ever, as it is at first.
   */
  void writeLimit(int ms);

  /** Tells the other side that nothing more comes; reading goes on. */
  void endOutput() throws IOException;

  /** Ends both directions, and whoever waits in a read or write. Never throws. */
  @Override
  void close();
}
