package run.mags.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import run.mags.terminal.Signals;
import run.mags.terminal.SystemSignals;
import run.mags.terminal.Terminal;

/** A call that the keeper has taken: does for it what only this process can do. */
final class RelayedCall implements Runnable {
  /** Longer than the keeper gives a remote command that was signalled. */
  private static final long LONGEST_END_MILLIS = 15_000;

  /** What the JVM tells no name of; any that asks to end does. */
  private static final String SOME_SIGNAL = "TERM";

  private final Link link;
  private final Terminal terminal;
  private final boolean changes;
  private final LocalWriter out;
  private final LocalWriter err;
  private final LocalReader in;
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * A call that is taken and not handed over yet.
   *
   * @param in standard input, without a buffer that reads more than it was asked for
   * @param changes whether it must not be begun twice
   */
  RelayedCall(Link link, Terminal terminal, InputStream in, boolean changes) {
    this.link = link;
    this.terminal = terminal;
    this.changes = changes;
    this.out = new LocalWriter("relay-out", link, Frame.WRITTEN, terminal.out());
    this.err = new LocalWriter("relay-err", link, Frame.ERR_WRITTEN, terminal.err());
    this.in = new LocalReader(link, in);
  }

  /** Hands it over and serves it to its end; answers as {@link Relay#run}. */
  int handOver() {
    Signals.Registration lastWords = new SystemSignals().beforeEnd(this);
    int exitCode;
    try {
      link.send(Frame.GO);
      exitCode = serve();
    } catch (IOException keeperGone) {
      exitCode = changes || out.isUsed() || err.isUsed() ? Relay.LOST : Relay.NOT_DONE;
    }
    over.countDown();
    // After a signal the JVM ends with the signal's code, and this waits for that.
    lastWords.close();
    return exitCode;
  }

  private int serve() throws IOException {
    while (true) {
      Link.Content frame = link.receive();
      switch (frame.kind) {
        case Frame.OUT -> out.write(frame.bytes);
        case Frame.ERR -> err.write(frame.bytes);
        case Frame.ASK -> in.read(frame.number());
        case Frame.ASK_WIDTH -> link.send(Frame.WIDTH, terminal.width());
        case Frame.WATCH_SIGNALS -> watchSignals();
        case Frame.HANDED_BACK -> {
          return Relay.NOT_DONE;
        }
        case Frame.EXIT -> {
          return frame.number();
        }
        default -> throw new IOException("not a frame of the keeper");
      }
    }
  }

  /** The JVM ends by a signal that is not watched: the keeper says its last words before. */
  @Override
  public void run() {
    signalled(SOME_SIGNAL);
    try {
      over.await(LONGEST_END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException atOnce) {
      Thread.currentThread().interrupt();
    }
  }

  /** Beside everything else, as it takes a cold JVM some milliseconds. */
  private void watchSignals() {
    Thread watch =
        new Thread(
            () -> new SystemSignals().handle(List.of("INT", "TERM", "HUP"), this::signalled),
            "relay-signals");
    watch.setDaemon(true);
    watch.start();
  }

  private void signalled(String name) {
    try {
      link.send(Frame.SIGNAL, name);
    } catch (IOException keeperGone) {
      // Whoever receives finds out, too.
    }
  }
}
