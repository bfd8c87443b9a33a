package run.mags.ssh;

import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.util.buffer.Buffer;

/** Sends data on a channel, as fast as the other side takes it (RFC 4254, section 5.2). */
final class ChannelData {
  private static final Duration EVER = Duration.ofDays(3650);

  private ChannelData() {}

  /** Waits until something can be sent; how many bytes, at most one packet's. */
  static int awaitSpace(Channel channel) throws IOException, InterruptedException {
    long space = channel.getRemoteWindow().waitForSpace(EVER);
    return (int) Math.min(space, channel.getRemoteWindow().getPacketSize());
  }

  /** Sends all of it. */
  static void send(Channel channel, byte[] data, int offset, int count)
      throws IOException, InterruptedException {
    int done = 0;
    while (done < count) {
      int size = Math.min(count - done, awaitSpace(channel));
      channel.getRemoteWindow().waitAndConsume(size, EVER);
      Buffer packet =
          channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_DATA, size + Long.BYTES);
      packet.putUInt(channel.getRecipient());
      packet.putBytes(data, offset + done, size);
      channel.writePacket(packet);
      done += size;
    }
  }
}
