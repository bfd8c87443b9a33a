package run.mags.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import run.mags.terminal.Screen;
import run.mags.terminal.Terminal;

/** The streams of a caller. A write returns when the caller has written, or could not. */
final class CallTerminal implements Terminal {
  private final Outbox outbox;
  private final List<Boolean> terminals;
  private final Runnable handBack;
  private final Answer outWritten = new Answer();
  private final Answer errWritten = new Answer();
  private final Answer input = new Answer();
  private final Answer width = new Answer();
  private final OutputStream out = new Output(Frame.OUT, outWritten);
  private final OutputStream err = new Output(Frame.ERR, errWritten);
  private final InputStream in = new Input();
  private volatile boolean used;
  private volatile boolean mute;

  /**
   * Streams.
   *
   * @param terminals which of the three are terminals
   * @param handBack is done when the program needs what only the caller's process has
   */
  CallTerminal(Outbox outbox, List<Boolean> terminals, Runnable handBack) {
    this.outbox = outbox;
    this.terminals = terminals;
    this.handBack = handBack;
  }

  /** Takes a frame of the caller's; false if it is for someone else. */
  boolean take(Link.Content frame) {
    switch (frame.kind) {
      case Frame.WRITTEN -> outWritten.set(frame);
      case Frame.ERR_WRITTEN -> errWritten.set(frame);
      case Frame.INPUT, Frame.UNREADABLE -> input.set(frame);
      case Frame.WIDTH -> width.set(frame);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The caller has gone. */
  void lose() {
    outWritten.give();
    errWritten.give();
    input.give();
    width.give();
  }

  /** Whether anything was read or written, so that the call cannot be done anew. */
  boolean isUsed() {
    return used;
  }

  /** From now on nothing is written. */
  void mute() {
    mute = true;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public OutputStream err() {
    return err;
  }

  @Override
  public boolean inIsTerminal() {
    return terminals.get(0);
  }

  @Override
  public boolean outIsTerminal() {
    return terminals.get(1);
  }

  @Override
  public boolean errIsTerminal() {
    return terminals.get(2);
  }

  @Override
  public int width() {
    synchronized (width) {
      outbox.send(Frame.ASK_WIDTH, new byte[0]);
      try {
        return width.await().number();
      } catch (IOException gone) {
        return 80;
      }
    }
  }

  @Override
  public Optional<Screen> screen() {
    handBack.run();
    return Optional.empty();
  }

  @Override
  public String readSecret(String prompt) {
    handBack.run();
    return null;
  }

  @Override
  public String readLine(String prompt) {
    handBack.run();
    return null;
  }

  /** One of the two outputs. */
  private final class Output extends OutputStream {
    /** At most so many bytes are on their way. */
    private static final int SLICE = 64 * 1024;

    private final int kind;
    private final Answer written;

    Output(int kind, Answer written) {
      this.kind = kind;
      this.written = written;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
      for (int done = 0; done < count && !mute; done += SLICE) {
        int length = Math.min(SLICE, count - done);
        byte[] slice = new byte[length];
        System.arraycopy(bytes, offset + done, slice, 0, length);
        used = true;
        outbox.send(kind, slice);
        String failure = written.await().text();
        if (!failure.isEmpty()) {
          throw new IOException(failure);
        }
      }
    }
  }

  /** Standard input. */
  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      used = true;
      outbox.send(Frame.ASK, ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
      Link.Content answer = input.await();
      if (answer.kind == Frame.UNREADABLE) {
        throw new IOException(answer.text());
      }
      int length = Math.min(count, answer.bytes.length);
      System.arraycopy(answer.bytes, 0, bytes, offset, length);
      return length == 0 ? -1 : length;
    }
  }
}
