package run.mags.api;

import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;

/** Remembers whether any of a request may have left this machine. One for each try. */
final class Sent extends EventListener {
  private volatile boolean begun;
  private volatile boolean connecting;
  private volatile boolean connected;

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    connecting = true;
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    connected = true;
  }

  /** Whether a connection was used that had been there before. */
  boolean wentOldWay() {
    return connected && !connecting;
  }

  @Override
  public void requestHeadersStart(Call call) {
    begun = true;
  }

  /** False only when the server certainly saw nothing of the request. */
  boolean mayHaveLeft() {
    return begun;
  }
}
