package run.mags.local.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A TCP connection.
 *
 * @param socket its socket, connected
 */
record TcpLink(Socket socket) implements Link {
  @Override
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  @Override
  public void readLimit(int ms) throws IOException {
    socket.setSoTimeout(ms);
  }

  @Override
  public void endOutput() throws IOException {
    if (!socket.isOutputShutdown()) {
      socket.shutdownOutput();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // It is closed either way.
    }
  }
}
