package run.mags.ssh;

import java.io.IOException;
import java.time.Duration;

/** What is asked about a command that runs, and answered by its SSH server. */
final class ChannelRequests {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final CommandChannel channel;
  private final CommandProgress progress;

  ChannelRequests(CommandChannel channel, CommandProgress progress) {
    this.channel = channel;
    this.progress = progress;
  }

  /**
   * Has the SSH server signal the process group. OpenSSH does so since 7.9, unless it runs a forced
   * command.
   *
   * @return whether it says so; false also when there is no answer
   */
  boolean signal(String name) {
    Answer answer = new Answer();
    try {
      channel.signal(name, answer);
      progress.await(
          () -> answer.success != null || progress.isClosed() || progress.exitCode() != null,
          new Limit(ANSWER));
    } catch (IOException lost) {
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
    return Boolean.TRUE.equals(answer.success);
  }

  /** Waits until the server has answered a question, or no more output comes. */
  void ping() throws InterruptedException {
    Answer answer = new Answer();
    try {
      channel.ping(answer);
    } catch (IOException lost) {
      return;
    }
    progress.await(() -> answer.success != null || progress.isOver(), new Limit(ANSWER));
  }

  /** The server's answer to a request. */
  private final class Answer implements CommandChannel.Reply {
    private volatile Boolean success;

    @Override
    public void answered(boolean yes) {
      success = yes;
      progress.changed();
    }
  }
}
