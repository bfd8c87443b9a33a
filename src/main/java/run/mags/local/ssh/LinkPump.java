package run.mags.local.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.ChannelAsyncOutputStream;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.channel.ChannelPipedOutputStream;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import run.mags.local.net.Link;

/**
 * Carries bytes between a channel and a connection in a sandbox, each way at the pace of the slower
 * side. Either way may end before the other, as with TCP itself.
 */
final class LinkPump {
  private static final int PIECE = 32 * 1024;

  /** How long a reader in the sandbox may take nothing once the client is gone, in ms. */
  private static final int FAREWELL_MS = 30_000;

  private final AbstractChannel channel;
  private final EndOfData endOfData;
  private final GateThreads threads;
  private final InputStream fromClient;
  private final ChannelPipedOutputStream arriving;
  private final ChannelAsyncOutputStream toClient;
  private int waysLeft = 2;
  private boolean delivered;
  private boolean closed;

  /** Sends the end of data, which only the channel itself can do. */
  interface EndOfData {
    void send() throws IOException;
  }

  /** A pump for a channel whose windows are known, or will be when it starts. */
  LinkPump(AbstractChannel channel, EndOfData endOfData, GateThreads threads) {
    this.channel = channel;
    this.endOfData = endOfData;
    this.threads = threads;
    ChannelPipedInputStream pipe = new ChannelPipedInputStream(channel, channel.getLocalWindow());
    fromClient = pipe;
    arriving = new ChannelPipedOutputStream(pipe);
    toClient = new ChannelAsyncOutputStream(channel, SshConstants.SSH_MSG_CHANNEL_DATA);
  }

  /** Begins to carry, and owns the link from then on; does not block. */
  void start(Link link) {
    channel.addCloseFutureListener(
        future -> {
          link.writeLimit(FAREWELL_MS);
          endOfInput();
          clientGone(link);
        });
    threads.execute(() -> send(link));
    threads.execute(() -> receive(link));
  }

  /** Takes a copy of bytes that came over the channel; there are never more than its window. */
  void take(byte[] data, int offset, int count) throws IOException {
    arriving.write(data, offset, count);
  }

  /** Nothing more comes over the channel. */
  void endOfInput() {
    try {
      arriving.close();
    } catch (IOException closed) {
      // It has ended already.
    }
  }

  /** The client has room for more. */
  void roomGrown() throws IOException {
    toClient.onWindowExpanded();
  }

  /** What has come over the channel by then is still wanted in the sandbox. */
  private void clientGone(Link link) {
    boolean nothingLeft;
    synchronized (this) {
      closed = true;
      nothingLeft = delivered;
    }
    if (nothingLeft) {
      link.close();
    }
  }

  private void send(Link link) {
    byte[] buffer = new byte[PIECE];
    try {
      for (int count = link.in().read(buffer); count >= 0; count = link.in().read(buffer)) {
        toClient.writeBuffer(new ByteArrayBuffer(buffer, 0, count)).verify();
      }
      endOfData.send();
      oneWayDone(link);
    } catch (IOException gone) {
      // What has arrived may still be wanted, unless it is the sandbox's side that broke off.
      if (!channel.isClosing()) {
        abandon(link);
      }
    }
  }

  private void receive(Link link) {
    byte[] buffer = new byte[PIECE];
    try {
      OutputStream out = link.out();
      for (int count = fromClient.read(buffer); count >= 0; count = fromClient.read(buffer)) {
        out.write(buffer, 0, count);
      }
      link.endOutput();
      boolean nobodyThere;
      synchronized (this) {
        delivered = true;
        nobodyThere = closed;
      }
      if (nobodyThere) {
        link.close();
      } else {
        oneWayDone(link);
      }
    } catch (IOException gone) {
      abandon(link);
    }
  }

  private void oneWayDone(Link link) {
    boolean done;
    synchronized (this) {
      waysLeft--;
      done = waysLeft == 0;
    }
    if (done) {
      abandon(link);
    }
  }

  private void abandon(Link link) {
    link.close();
    channel.close(false);
  }
}
