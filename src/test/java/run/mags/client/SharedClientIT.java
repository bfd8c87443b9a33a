package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshException;
import run.mags.wait.InterruptedWaitException;

/** One client in several threads, and what ends its calls. */
class SharedClientIT {
  @TempDir private Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private LocalBackend backend;
  private MagsClient mags;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    ClientOptions options = ClientOptions.of(backend.url(), backend.token(), directory);
    mags = new MagsClient(options.withCache(directory.resolve("ways")));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    mags.close();
    backend.close();
  }

  @Test
  void threadsDoNotGetInEachOthersWay() throws Exception {
    mags.create("dev");
    List<Future<List<String>>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String word = "word " + i;
      all.add(
          threads.submit(
              () ->
                  List.of(
                      mags.run("echo " + word).stdout(),
                      mags.exec("dev", "echo", word).stdout(),
                      mags.status("dev").name(),
                      mags.exec(
                              "dev",
                              new RemoteCommand(List.of("cat"), Map.of(), null),
                              word.getBytes(StandardCharsets.UTF_8),
                              Duration.ofMinutes(1))
                          .stdout())));
    }

    for (int i = 0; i < 8; i++) {
      String word = "word " + i;
      assertThat(all.get(i).get(1, TimeUnit.MINUTES))
          .containsExactly(word + "\n", word + "\n", "dev", word);
    }
    assertThat(mags.list()).hasSize(9);
  }

  /** Follows a log that has one entry and does not end, and tells what ended that. */
  private Throwable endOfFollowing(Runnable end) throws Exception {
    String id = mags.submit(JobSpec.script("echo begun; sleep 600"));
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> following =
        threads.submit(() -> mags.followLogs(id).forEach(entry -> begun.countDown()));
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    end.run();
    try {
      following.get(1, TimeUnit.MINUTES);
      return null;
    } catch (ExecutionException failed) {
      return failed.getCause();
    }
  }

  @Test
  void closeEndsWhatAnotherThreadFollows() throws Exception {
    assertThat(endOfFollowing(mags::close)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancelEndsWhatAnotherThreadFollows() throws Exception {
    assertThat(endOfFollowing(mags::cancel)).isInstanceOf(InterruptedWaitException.class);
  }

  @Test
  void aCommandWhoseTimeIsUpIsEnded() {
    mags.create("dev");
    RemoteCommand slow = new RemoteCommand(List.of("sleep 600"), Map.of(), null);

    assertThatThrownBy(() -> mags.exec("dev", slow, new byte[0], Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            SshException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(ErrorKind.TIMEOUT);
              assertThat(failure.reason()).isEqualTo(SshException.Reason.COMMAND_TIMEOUT);
              assertThat(failure.begun()).isTrue();
            });
  }

  @Test
  void whatHasEndedCannotBeReached() {
    mags.stop(mags.create("dev"));
    mags.awaitEnd(mags.find("dev").requestId(), Duration.ofMinutes(1));

    assertThatThrownBy(() -> mags.exec("dev", "true"))
        .isInstanceOfSatisfying(
            CliException.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT));
    assertThatThrownBy(() -> mags.stop("dev"))
        .isInstanceOfSatisfying(
            CliException.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT));
  }
}
