package run.mags.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.apache.sshd.common.channel.Channel;

/**
 * Carries bytes between a socket and a channel, each way at the pace of the slower side. Either way
 * may end before the other, as with TCP itself.
 */
final class Tunnel {
  private static final int PIECE = 32 * 1024;

  private final Socket socket;
  private final End channel;
  private final OutputQueue arrived = new OutputQueue();
  private int waysLeft = 2;

  /** The channel's side. */
  interface End extends Channel {
    /** Sends the end of data. */
    void endData() throws IOException;
  }

  Tunnel(Socket socket, End channel) {
    this.socket = socket;
    this.channel = channel;
  }

  /** Begins to carry; does not block. */
  void start() {
    channel.addCloseFutureListener(closed -> arrived.end());
    daemon("tunnel-out", this::send);
    daemon("tunnel-in", this::receive);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a copy of bytes that came over the channel. */
  void add(byte[] data, int offset, int count) {
    arrived.add(false, data, offset, count);
  }

  /** Nothing more comes over the channel. */
  void end() {
    arrived.end();
  }

  private void send() {
    byte[] buffer = new byte[PIECE];
    try {
      InputStream in = socket.getInputStream();
      int count = in.read(buffer, 0, Math.min(PIECE, ChannelData.awaitSpace(channel)));
      while (count >= 0) {
        ChannelData.send(channel, buffer, 0, count);
        count = in.read(buffer, 0, Math.min(PIECE, ChannelData.awaitSpace(channel)));
      }
      channel.endData();
      oneWayDone();
    } catch (IOException gone) {
      // What has arrived by then may still be wanted, unless nobody is there any more.
      if (!channel.isClosing()) {
        abandon();
      }
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive() {
    try {
      OutputStream out = socket.getOutputStream();
      for (OutputQueue.Piece piece = arrived.take(); piece != null; piece = arrived.take()) {
        out.write(piece.bytes, 0, piece.length);
        channel.getLocalWindow().release(piece.length);
      }
      if (channel.isClosing()) {
        abandon();
      } else {
        socket.shutdownOutput();
        oneWayDone();
      }
    } catch (IOException gone) {
      abandon();
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
  }

  private void oneWayDone() {
    boolean done;
    synchronized (this) {
      waysLeft--;
      done = waysLeft == 0;
    }
    if (done) {
      abandon();
    }
  }

  /** Lets go of both sides. */
  private void abandon() {
    close(socket);
    channel.close(false);
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // There is nothing more to be done with it.
    }
  }
}
