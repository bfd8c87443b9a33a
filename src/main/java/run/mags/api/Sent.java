package run.mags.api;

import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;

/** Remembers whether any of a request may have left this machine. One for each try. */
final class Sent extends EventListener {
  private volatile boolean begun;

  @Override
  public void connectionAcquired(Call call, Connection connection) {}

  @Override
  public void requestHeadersStart(Call call) {
    begun = true;
  }

  /** False only when the server certainly saw nothing of the request. */
  boolean mayHaveLeft() {
    return begun;
  }
}
