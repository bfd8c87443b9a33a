package run.mags.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.helpers.AbstractSession;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshException.Reason;

/**
 * Makes SSH connections. It reads no configuration and no key but the target's, knows no agent, and
 * asks nothing.
 */
public final class SshExecutor {
  private static final int SILENCE_MILLIS = 15_000;

  private final HostKeyPolicy hostKeys;
  private final Consumer<String> debug;
  private final int silenceMillis;
  private final LeanClient client = new LeanClient();

  /**
   * An executor.
   *
   * @param debug gets a line for each step of each connection, without keys and commands, on any
   *     thread; null for none
   */
  public SshExecutor(HostKeyPolicy hostKeys, Consumer<String> debug) {
    this(hostKeys, debug, SILENCE_MILLIS);
  }

  /** An executor whose connections ask for a sign of life after that much silence. */
  SshExecutor(HostKeyPolicy hostKeys, Consumer<String> debug, int silenceMillis) {
    this.hostKeys = hostKeys;
    this.debug = debug;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Connects and logs in.
   *
   * @param timeout for everything together
   * @throws SshException if that fails; {@link SshException#retryable()} tells whether it may work
   *     later, as with a server that is still starting
   * @throws CliException of kind CONFIG if the known host keys cannot be read, of kind INTERRUPTED
   *     if this thread is interrupted
   */
  public SshConnection connect(SshTarget target, Duration timeout) {
    Limit limit = new Limit(timeout);
    Trace trace = new Trace(debug);
    Socket socket = dial(target, limit, trace);
    Attempt attempt = new Attempt(target, trace);
    boolean done = false;
    try {
      SshConnection connection = attempt.logIn(socket, limit);
      done = true;
      return connection;
    } finally {
      if (!done) {
        attempt.abandon(socket);
      }
    }
  }

  private static Socket dial(SshTarget target, Limit limit, Trace trace) {
    InetAddress[] addresses = resolve(target, limit);
    IOException failure = null;
    for (int i = 0; i < addresses.length && !limit.passed(); i++) {
      Socket socket = new Socket();
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

  /** Java cannot bound a look-up; one that takes too long is left behind on its thread. */
  private static InetAddress[] resolve(SshTarget target, Limit limit) {
    FutureTask<InetAddress[]> lookUp =
        new FutureTask<>(() -> InetAddress.getAllByName(target.host()));
    if (isAddress(target.host())) {
      lookUp.run();
    } else {
      Thread resolver = new Thread(lookUp, "ssh-resolver");
      resolver.setDaemon(true);
      resolver.start();
    }
    try {
      return lookUp.get(limit.millisLeft(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new SshException(
          Reason.UNKNOWN_HOST,
          "the host name " + target.host() + " has no address",
          "check the network and the name server",
          failed.getCause() instanceof UnknownHostException ? null : failed.getCause());
    } catch (TimeoutException slow) {
      throw tooSlow(target, limit, "the name server did not answer", slow);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted");
    }
  }

  /** Whether it is a numeric address, which needs no name server. */
  private static boolean isAddress(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == ':') {
        return true;
      }
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  private static SshException tooSlow(SshTarget target, Limit limit, String what, Exception cause) {
    return new SshException(
        Reason.CONNECT_TIMEOUT,
        "no SSH connection to " + target.address() + " within " + limit + " (" + what + ")",
        "the sandbox may be starting; a longer --timeout waits longer",
        cause);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // There is nothing more to be done with it.
    }
  }

  /** One try to log in over a connected socket. */
  private final class Attempt {
    private final SshTarget target;
    private final Trace trace;
    private TargetSession session;
    private SocketLink link;

    Attempt(SshTarget target, Trace trace) {
      this.target = target;
      this.trace = trace;
    }

    SshConnection logIn(Socket socket, Limit limit) {
      SessionFactory sessions =
          new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession made) throws Exception {
              return new TargetSession(client, link, target, hostKeys, trace);
            }
          };
      try {
        link = new SocketLink(socket, sessions, this::askForSignOfLife, silenceMillis);
        sessions.sessionCreated(link);
        session = (TargetSession) AbstractSession.getSession(link);
        link.start();
        // Reading the key takes as long as the key exchange, which goes on meanwhile.
        session.identity(PrivateKeys.read(target.privateKey()));
        AuthFuture login = session.auth();
        if (!login.await(limit.millisLeft())) {
          throw tooSlow(target, limit, "it stopped at " + stage(), null);
        }
        if (login.isSuccess()) {
          trace.step("logged in as " + target.user());
          return new SshConnection(target, session, link, trace);
        }
        throw failure(login.getException());
      } catch (CliException known) {
        throw known;
      } catch (Exception failed) {
        throw failure(failed);
      }
    }

    /** Closes what was opened. */
    void abandon(Socket socket) {
      if (session != null) {
        session.close(true);
      }
      close(socket);
    }

    private void askForSignOfLife() {
      try {
        session.sendSignOfLife();
      } catch (IOException lost) {
        // The reading thread finds out.
      }
    }

    private String stage() {
      return switch (session.progress()) {
        case SILENT -> "the greeting: the port is open but no SSH server speaks";
        case GREETED -> "the key exchange";
        case ENCRYPTED -> "authentication";
      };
    }

    private CliException failure(Throwable cause) {
      if (session == null) {
        return new SshException(
            Reason.NOT_UP, "cannot speak to " + target.address() + why(cause), null, cause);
      }
      if (session.rejection() != null) {
        return session.rejection();
      }
      return switch (session.progress()) {
        case SILENT ->
            new SshException(
                Reason.NOT_UP,
                "no SSH server speaks at " + target.address() + why(cause),
                "the sandbox may still be starting",
                cause);
        case GREETED ->
            new SshException(
                link.failure() == null ? Reason.PROTOCOL : Reason.LOST,
                "no key exchange with " + target.address() + why(cause),
                null,
                cause);
        case ENCRYPTED ->
            link.failure() == null
                ? new SshException(
                    Reason.AUTHENTICATION,
                    target.address()
                        + " refuses to let "
                        + target.user()
                        + " in ("
                        + session.authenticationTried()
                        + ")",
                    "the key of the sandbox may have been replaced; ask for access again",
                    cause)
                : new SshException(
                    Reason.LOST,
                    "the connection to "
                        + target.address()
                        + " was lost while logging in"
                        + why(cause),
                    null,
                    cause);
      };
    }

    private String why(Throwable cause) {
      Throwable reason = link != null && link.failure() != null ? link.failure() : cause;
      return reason == null || reason.getMessage() == null ? "" : " (" + reason.getMessage() + ")";
    }
  }
}
