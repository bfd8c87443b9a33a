package run.mags.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Feeds a command's standard input. It reads the local stream only when the command can take
 * something, and never holds anybody up: its thread is left behind when the local stream hangs.
 */
final class InputFeed {
  /** Input that simply ends. */
  static final int NO_MARK = -1;

  private final byte[] first;
  private final InputStream in;
  private final int endMark;
  private final Consumer<IOException> failed;
  private volatile boolean abandoned;

  /**
   * A feed of {@code first} and then of {@code in}, which may be null.
   *
   * @param endMark the character that tells a terminal of the end of input, which knows no other
   *     way; {@link #NO_MARK} without a terminal
   * @param failed is told when the local stream cannot be read
   */
  InputFeed(byte[] first, InputStream in, int endMark, Consumer<IOException> failed) {
    this.first = first;
    this.in = in;
    this.endMark = endMark;
    this.failed = failed;
  }

  /** Whether there is no input at all. */
  boolean isEmpty() {
    return in == null && first.length == 0 && endMark == NO_MARK;
  }

  /** Begins to feed an open channel. */
  void start(CommandChannel channel) {
    if (!isEmpty()) {
      Thread feeder = new Thread(() -> feed(channel), "ssh-input");
      feeder.setDaemon(true);
      feeder.start();
    }
  }

  /** Ends the feeding; what is being read is dropped. */
  void abandon() {
    abandoned = true;
  }

  private void feed(CommandChannel channel) {
    try {
      channel.sendInput(first, 0, first.length);
      byte[] buffer = new byte[in == null ? 0 : 32 * 1024];
      int count = in == null ? -1 : read(buffer, channel.awaitSpace());
      byte last = '\n';
      while (count >= 0 && !abandoned) {
        channel.sendInput(buffer, 0, count);
        last = count > 0 ? buffer[count - 1] : last;
        count = read(buffer, channel.awaitSpace());
      }
      if (!abandoned) {
        sendEndMark(channel, last);
        channel.endInput();
      }
    } catch (IOException channelClosed) {
      // The command takes no more: how it ended is found out elsewhere.
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
  }

  /** Within a line the mark only hands over what there is of it; a second one ends the input. */
  private void sendEndMark(CommandChannel channel, byte last)
      throws IOException, InterruptedException {
    if (endMark != NO_MARK) {
      byte mark = (byte) endMark;
      channel.sendInput(new byte[] {mark, mark}, 0, last == '\n' ? 1 : 2);
    }
  }

  /** Reads what can be sent; -1 at the end. A failure is told, and ends the feeding. */
  private int read(byte[] buffer, int space) {
    if (abandoned) {
      return -1;
    }
    try {
      return in.read(buffer, 0, Math.min(buffer.length, space));
    } catch (IOException unreadable) {
      return failed(unreadable);
    } catch (RuntimeException broken) {
      return failed(new IOException(broken.getMessage(), broken));
    }
  }

  private int failed(IOException failure) {
    if (!abandoned) {
      abandon();
      failed.accept(failure);
    }
    return -1;
  }
}
