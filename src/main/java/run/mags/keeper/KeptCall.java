package run.mags.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import run.mags.terminal.Signals;
import run.mags.terminal.Terminal;

/**
 * A call that a keeper runs: the world of its caller. When the caller goes, that is a hang-up for
 * the call, as when a terminal closes.
 */
public final class KeptCall implements Runnable {
  /** How long a call whose caller has gone may take to end before it is interrupted, in ms. */
  private static final long LONGEST_END_MILLIS = 20_000;

  private final Link link;
  private final Keeper keeper;
  private final Outbox outbox;
  private Request request;
  private CallTerminal terminal;
  private CallSignals signals;
  private Thread worker;
  private final long deadline;
  private boolean begun;
  private boolean ended;
  private boolean gone;
  private volatile boolean handedBack;

  /**
   * A call that may come over {@code link}.
   *
   * @param deadline by when it has to be handed over, on the keeper's monotonic clock
   */
  KeptCall(Link link, Keeper keeper, long deadline) {
    this.link = link;
    this.keeper = keeper;
    this.deadline = deadline;
    this.outbox = new Outbox(link, this::lost);
  }

  /** The command line. */
  public String[] args() {
    return request.args().toArray(new String[0]);
  }

  /** The caller's environment. */
  public Map<String, String> env() {
    return request.env();
  }

  /** The caller's home directory. */
  public Path home() {
    return Path.of(request.home());
  }

  /** The caller's working directory. */
  public Path cwd() {
    return Path.of(request.cwd());
  }

  /** The caller's streams. */
  public Terminal terminal() {
    return terminal;
  }

  /** The caller's signals. */
  public Signals signals() {
    return signals;
  }

  /** Ends the caller at once with an exit code; what runs here for it is broken off. */
  public void exit(int exitCode) {
    end(Frame.EXIT, exitCode);
    worker.interrupt();
  }

  /**
   * The program cannot do this here: the caller is to do it, from the beginning. Whatever the
   * program says from now on is not shown. Does nothing once anything was read or written.
   */
  public void handBack() {
    synchronized (this) {
      handedBack |= !terminal.isUsed();
    }
    if (handedBack) {
      terminal.mute();
    }
  }

  /** Receives what the caller sends, from its request to its end. */
  void serve(Executor threads) {
    try {
      if (!isTaken()) {
        link.send(Frame.REFUSED);
        link.close();
        return;
      }
      link.send(Frame.TAKEN);
      if (link.receive().kind != Frame.GO) {
        throw new IOException("not a frame of a caller");
      }
      synchronized (this) {
        begun = true;
      }
      threads.execute(outbox);
      worker = new Thread(this, "call");
      worker.setDaemon(true);
      worker.start();
      while (true) {
        Link.Content frame = link.receive();
        if (!terminal.take(frame) && frame.kind == Frame.SIGNAL) {
          threads.execute(() -> signals.arrived(frame.text()));
        }
      }
    } catch (IOException callerGone) {
      lost();
    }
  }

  private boolean isTaken() throws IOException {
    Link.Content first = link.receive();
    if (first.kind != Frame.REQUEST) {
      return false;
    }
    request = Request.decode(first.bytes);
    terminal = new CallTerminal(outbox, request.terminals(), this::handBack);
    signals = new CallSignals(outbox, this::exit);
    return keeper.takes(request);
  }

  /** Whether it was handed over. */
  private synchronized boolean isBegun() {
    return begun;
  }

  /** A caller that has not handed its call over by {@link #deadline} is none. */
  synchronized void closeIfLate(long now) {
    if (!begun && now - deadline > 0) {
      link.close();
    }
  }

  /** The call itself. */
  @Override
  public void run() {
    try {
      int exitCode = keeper.program().run(this);
      end(handedBack ? Frame.HANDED_BACK : Frame.EXIT, exitCode);
    } finally {
      // Whatever went wrong: a caller that waits is told by the end of the link.
      outbox.close();
      keeper.ended(this);
    }
  }

  private void end(int kind, int exitCode) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    outbox.send(kind, ByteBuffer.allocate(Integer.BYTES).putInt(exitCode).array());
    outbox.close();
  }

  /** The caller is not there any more. */
  private void lost() {
    link.close();
    boolean midway;
    synchronized (this) {
      midway = begun && !ended && !gone;
      gone = true;
    }
    if (terminal != null) {
      terminal.lose();
    }
    if (!isBegun()) {
      keeper.ended(this);
    } else if (midway) {
      signals.arrived("HUP");
      breakOffLater();
    }
  }

  private void breakOffLater() {
    try {
      worker.join(LONGEST_END_MILLIS);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    worker.interrupt();
  }
}
