package run.mags.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.security.KeyPair;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.helpers.AbstractSession;
import run.mags.error.CliException;
import run.mags.ssh.SshException.Reason;

/** One try to log in over a connected socket. */
final class Login {
  /** Some 40 characters of Apache SSHD's and 60 of the server's. */
  private static final int LONGEST_HEARD = 100;

  private final LeanClient client;
  private final SshTarget target;
  private final KeyPair identity;
  private final HostKeyPolicy hostKeys;
  private final Trace trace;
  private SocketLink link;
  private TargetSession session;

  Login(
      LeanClient client, SshTarget target, KeyPair identity, HostKeyPolicy hostKeys, Trace trace) {
    this.client = client;
    this.target = target;
    this.identity = identity;
    this.hostKeys = hostKeys;
    this.trace = trace;
  }

  /**
   * Agrees on keys, checks the host key, and logs in; whatever fails, nothing stays open.
   *
   * @param silenceMillis see {@link SocketLink}
   * @throws InterruptedIOException if this thread is interrupted
   */
  SshConnection over(Socket socket, int silenceMillis, Limit limit) throws InterruptedIOException {
    SessionFactory sessions =
        new SessionFactory(client) {
          @Override
          protected ClientSessionImpl doCreateSession(IoSession made) throws Exception {
            return new TargetSession(client, link, target, identity, hostKeys, trace);
          }
        };
    boolean done = false;
    try {
      link = new SocketLink(socket, sessions, this::askForSignOfLife, silenceMillis);
      sessions.sessionCreated(link);
      session = (TargetSession) AbstractSession.getSession(link);
      link.start();
      AuthFuture login = session.auth();
      if (!login.await(limit.millisLeft())) {
        throw Dialer.tooSlow(target, limit, "it stopped at " + stage(), null);
      }
      if (login.isFailure()) {
        throw failure(login.getException());
      }
      trace.step("logged in as " + target.user());
      done = true;
      return new SshConnection(target, new SshLine(session, link), trace);
    } catch (CliException | InterruptedIOException known) {
      throw known;
    } catch (Exception failed) {
      throw failure(failed);
    } finally {
      if (!done && session != null) {
        session.close(true);
        link.close(true);
      }
    }
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
      return failure(Reason.LOST, "the connection to " + target.address() + " was lost", cause);
    }
    if (session.rejection() != null) {
      return session.rejection();
    }
    boolean lost = link.failure() != null;
    return switch (session.progress()) {
      case SILENT -> failure(Reason.NOT_UP, "no SSH server speaks at " + target.address(), cause);
      case GREETED ->
          failure(
              lost ? Reason.LOST : Reason.PROTOCOL,
              "no key exchange with " + target.address(),
              cause);
      case ENCRYPTED ->
          lost
              ? failure(
                  Reason.LOST,
                  "the connection to " + target.address() + " was lost while logging in",
                  cause)
              : new SshException(
                  Reason.AUTHENTICATION,
                  target.address()
                      + " refuses to let "
                      + target.user()
                      + " in ("
                      + session.authenticationTried()
                      + ")",
                  "the key of the sandbox may have been replaced; ask for access again",
                  cause);
    };
  }

  /** Whoever is at the port may have said anything, and much of it. */
  private static String heard(String message) {
    StringBuilder heard = new StringBuilder();
    for (int i = 0; i < Math.min(message.length(), LONGEST_HEARD); i++) {
      char c = message.charAt(i);
      heard.append(c >= ' ' && c <= '~' ? c : '\ufffd');
    }
    return message.length() > LONGEST_HEARD ? heard + "..." : heard.toString();
  }

  private SshException failure(Reason reason, String what, Throwable cause) {
    Throwable why = link != null && link.failure() != null ? link.failure() : cause;
    return new SshException(
        reason,
        what,
        why == null || why.getMessage() == null ? null : heard(why.getMessage()),
        reason == Reason.PROTOCOL ? null : "the sandbox may still be starting",
        cause);
  }
}
