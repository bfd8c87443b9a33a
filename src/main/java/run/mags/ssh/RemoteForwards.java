package run.mags.ssh;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.sshd.common.channel.Channel;
import run.mags.terminal.Printable;

/** The ports of the other side whose connections come to us. */
final class RemoteForwards {
  private final Map<Integer, Forward> byPort = new ConcurrentHashMap<>();
  private final Consumer<String> notes;
  private final OpenTunnels tunnels;

  RemoteForwards(Consumer<String> notes, OpenTunnels tunnels) {
    this.notes = notes;
    this.tunnels = tunnels;
  }

  void add(int port, Forward forward) {
    byPort.put(port, forward);
  }

  /** The forwarding of a port; null if we did not ask for it. */
  Forward at(int port) {
    return byPort.get(port);
  }

  void opened(Forward forward, Channel channel) {
    tunnels.opened(forward, channel);
  }

  void failed(Forward forward, Exception why) {
    notes.accept(
        "a forwarded connection to "
            + forward.destination()
            + " failed: "
            + Printable.line(why.getMessage()));
  }
}
