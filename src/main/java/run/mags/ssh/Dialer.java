package run.mags.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import run.mags.ssh.SshException.Reason;

/**
 * Makes a TCP connection. Java can neither bound a look-up of a name nor interrupt it or a connect,
 * so this is done on a thread that can be left behind.
 */
final class Dialer implements Callable<Socket> {
  private final SshTarget target;
  private final Limit limit;
  private final Trace trace;
  private Socket current;
  private boolean abandoned;

  Dialer(SshTarget target, Limit limit, Trace trace) {
    this.target = target;
    this.limit = limit;
    this.trace = trace;
  }

  /** Tries the addresses of the host one after the other. */
  @Override
  public Socket call() {
    IOException failure = null;
    InetAddress[] addresses = resolve();
    for (int i = 0; i < addresses.length && !limit.passed(); i++) {
      Socket socket = next();
      try {
        InetSocketAddress address = new InetSocketAddress(addresses[i], target.port());
        trace.step("connecting to " + address);
        socket.connect(address, Math.max(1, limit.millisLeft() / (addresses.length - i)));
        trace.step("connected");
        return socket;
      } catch (IOException failed) {
        trace.step("not connected: " + failed.getMessage());
        failure = failed;
        close(socket);
      }
    }
    if (failure == null || failure instanceof SocketTimeoutException) {
      throw tooSlow(target, limit, "nothing answered", failure);
    }
    throw new SshException(
        Reason.UNREACHABLE,
        "cannot connect to " + target.address() + " (" + failure.getMessage() + ")",
        "the sandbox may be starting or may have been stopped",
        failure);
  }

  private InetAddress[] resolve() {
    try {
      return InetAddress.getAllByName(target.host());
    } catch (UnknownHostException unknown) {
      throw new SshException(
          Reason.UNKNOWN_HOST,
          "the host name " + target.host() + " has no address",
          "check the network and the name server",
          unknown);
    }
  }

  private synchronized Socket next() {
    current = new Socket();
    if (abandoned) {
      close(current);
    }
    return current;
  }

  /** Gives up: closes the socket, whether connected or not. */
  synchronized void abandon() {
    abandoned = true;
    if (current != null) {
      close(current);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // There is nothing more to be done with it.
    }
  }

  /** The failure of a connection that has taken too long; {@code cause} may be null. */
  static SshException tooSlow(SshTarget target, Limit limit, String what, Exception cause) {
    return new SshException(
        Reason.CONNECT_TIMEOUT,
        "no SSH connection to " + target.address() + " within " + limit + " (" + what + ")",
        "the sandbox may be starting, or nobody may be at its port",
        cause);
  }
}
