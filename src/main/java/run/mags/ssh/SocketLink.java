package run.mags.ssh;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.io.IoHandler;

/**
 * One TCP connection under an SSH session. Apache SSHD's own transport cannot acknowledge at once,
 * without which every small answer of a server that uses Nagle's algorithm (OpenSSH before the
 * command starts) waits 40 ms.
 */
final class SocketLink extends BlockingLink {
  /** How often it is asked in vain before it is given up. */
  private static final int QUESTIONS = 3;

  /** Reads up to this size are acknowledged at once; bulk data is left to the kernel. */
  private static final int SMALL_READ = 4096;

  private final Socket socket;
  private final Runnable keepAlive;
  private final int silenceMillis;
  private boolean acknowledgeAtOnce = true;
  private Thread asking;

  /**
   * A link over a connected socket.
   *
   * @param handler gets what is received
   * @param keepAlive asks the peer for a sign of life; may block
   * @param silenceMillis the silence after which the peer is asked
   */
  SocketLink(Socket socket, IoHandler handler, Runnable keepAlive, int silenceMillis)
      throws IOException {
    super(socket.getOutputStream(), handler);
    this.socket = socket;
    this.keepAlive = keepAlive;
    this.silenceMillis = silenceMillis;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(silenceMillis);
  }

  @Override
  int receive(byte[] into, int before) throws IOException {
    for (int silences = 1; ; silences++) {
      acknowledgeAtOnce(before);
      try {
        return socket.getInputStream().read(into);
      } catch (SocketTimeoutException silence) {
        askForSignOfLife(silences);
      }
    }
  }

  /**
   * A peer that died without a word leaves reads waiting for ever. The question is sent on another
   * thread, since a write to a dead peer may block, and this thread is the one that finds out.
   */
  private void askForSignOfLife(int silences) throws IOException {
    if (silences > QUESTIONS) {
      throw new IOException(
          "no sign of life for " + Math.round(silences * silenceMillis / 1000.0) + " s");
    }
    if (asking == null || !asking.isAlive()) {
      asking = new Thread(keepAlive, "ssh-keep-alive");
      asking.setDaemon(true);
      asking.start();
    }
  }

  /** Linux takes quick acknowledgement back by itself, so it is asked for before every read. */
  private void acknowledgeAtOnce(int before) throws IOException {
    if (acknowledgeAtOnce && before < SMALL_READ) {
      try {
        socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      } catch (UnsupportedOperationException | LinkageError notHere) {
        acknowledgeAtOnce = false;
      }
    }
  }

  @Override
  void disconnect() throws IOException {
    socket.close();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return socket.getLocalSocketAddress();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return socket.getRemoteSocketAddress();
  }

  @Override
  public void shutdownOutputStream() throws IOException {
    socket.shutdownOutput();
  }
}
