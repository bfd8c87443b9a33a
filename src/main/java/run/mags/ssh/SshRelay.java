package run.mags.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.session.SessionFactory;

/**
 * A sandbox for an OpenSSH client that has started us as its {@code ProxyCommand}: the client
 * speaks SSH to us over our standard streams, and we to the sandbox, with its key and after a look
 * at its host key. So the client needs neither, and what it runs enters the sandbox as {@code mags
 * exec} does. Nothing but SSH is written to the output.
 */
public final class SshRelay {
  private final RelayHostKey hostKey;
  private final InputStream in;
  private final OutputStream out;
  private final Runnable clientGone;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile AbstractSession client;
  private volatile StreamLink link;
  private volatile Relay relay;
  private volatile boolean gone;
  private volatile boolean over;
  private volatile SshConnection sandbox;

  /**
   * A relay that has not begun.
   *
   * @param hostKey what is shown to the client
   * @param in what the client says
   * @param out what it hears
   * @param clientGone is run when the client has left, on any thread, also while the way to the
   *     sandbox is still sought
   */
  public SshRelay(RelayHostKey hostKey, InputStream in, OutputStream out, Runnable clientGone) {
    this.hostKey = hostKey;
    this.in = in;
    this.out = out;
    this.clientGone = clientGone;
  }

  /**
   * Serves the client until it leaves. It is greeted at once, while the way to the sandbox is
   * sought.
   *
   * @param connecting finds the way to the sandbox; what it throws is thrown here
   * @throws SshException if the connection to the sandbox is lost before the client leaves
   */
  public void run(Supplier<SshConnection> connecting) throws InterruptedException {
    Thread greeting = new Thread(this::greet, "ssh-relay");
    greeting.setDaemon(true);
    greeting.start();
    try (SshConnection connection = connecting.get()) {
      greeting.join();
      relay = new Relay(client, connection.session());
      connection.handTo(relay);
      sandbox = connection;
      ready.countDown();
      if (gone) {
        return;
      }
      SshException lost = connection.awaitLoss();
      if (!gone) {
        throw lost;
      }
    } finally {
      over = true;
      greeting.join();
      link.close(true);
    }
  }

  private void greet() {
    RelayServer server = new RelayServer(hostKey.pair(), this::awaitSandbox);
    SessionFactory sessions = new SessionFactory(server);
    link = new StreamLink(in, out, sessions);
    link.addCloseFutureListener(closed -> left());
    try {
      sessions.sessionCreated(link);
      client = AbstractSession.getSession(link);
      link.start();
    } catch (Exception unwritable) {
      link.close(true);
    }
  }

  private void left() {
    if (over) {
      return;
    }
    gone = true;
    clientGone.run();
    SshConnection current = sandbox;
    if (current != null) {
      current.close();
    }
  }

  private Relay awaitSandbox() throws IOException {
    try {
      ready.await();
      return relay;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException(ended);
    }
  }
}
