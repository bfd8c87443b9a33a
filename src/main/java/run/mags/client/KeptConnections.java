package run.mags.client;

import run.mags.api.HttpConnections;
import run.mags.ssh.SshPool;

/**
 * Connections that outlive a {@link MagsClient}, for those that follow it in the same process. Each
 * client still brings its own token, and finds its own way to a sandbox: a way that was forgotten
 * leads to no kept connection either.
 */
public final class KeptConnections implements AutoCloseable {
  private final HttpConnections http = new HttpConnections();
  private final SshPool ssh = new SshPool(System::nanoTime);

  /** No connections yet. */
  public KeptConnections() {}

  HttpConnections http() {
    return http;
  }

  SshPool ssh() {
    return ssh;
  }

  /** Closes what nobody has used for long. */
  public void closeIdle() {
    ssh.closeUseless();
  }

  /** Uses none of these connections any more; what is under way on one goes on. */
  @Override
  public void close() {
    http.close();
    ssh.close();
  }
}
