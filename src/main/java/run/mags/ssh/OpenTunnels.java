package run.mags.ssh;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.channel.Channel;

/** How many connections go through each forwarding now. */
final class OpenTunnels {
  private final Map<Forward, Integer> counts = new ConcurrentHashMap<>();

  /** One more, until this channel is closed. */
  void opened(Forward forward, Channel channel) {
    counts.merge(forward, 1, Integer::sum);
    channel.addCloseFutureListener(closed -> counts.merge(forward, -1, Integer::sum));
  }

  int of(Forward forward) {
    return counts.getOrDefault(forward, 0);
  }
}
