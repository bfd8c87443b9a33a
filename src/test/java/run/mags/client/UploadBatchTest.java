package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.ApiOptions;
import run.mags.api.MagsApiClient;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.wait.InterruptedWaitException;

class UploadBatchTest {
  @TempDir private Path directory;
  private final FakeApi server = new FakeApi();
  private final MagsApiClient api =
      new MagsApiClient(
          new ApiOptions(
              server.url(), "t", "mags/test", new FakeSleeper(), line -> {}, line -> {}));
  private final Map<Path, Long> progress = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private List<Path> files(int count) throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(Files.writeString(directory.resolve("f" + i), "x".repeat(i)));
    }
    return files;
  }

  private List<String> send(List<Path> files) {
    return new UploadBatch(api, files, (file, sent, total) -> progress.put(file, sent)).send();
  }

  private static List<Thread> senders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("upload-"))
        .toList();
  }

  @Test
  void answersTheIdsInTheOrderOfTheFiles() throws Exception {
    server.otherwiseByBody(
        body -> {
          String name = body.replaceAll("(?s).*filename=\"(\\w+)\".*", "$1");
          return "{\"file_id\":\"id-" + name + "\"}";
        });
    List<Path> files = files(30);

    List<String> ids = send(files);

    assertThat(ids).isEqualTo(files.stream().map(file -> "id-" + file.getFileName()).toList());
    assertThat(server.requests()).hasSize(30);
    // An empty file has no piece that could be told.
    assertThat(progress).hasSize(29).containsEntry(files.get(29), 29L);
    assertThat(senders()).isEmpty();
  }

  @Test
  void sendsNothingWhereThereIsNothing() {
    assertThat(send(List.of())).isEmpty();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void breaksAllOthersOffWhenOneFails() throws Exception {
    server.answers("{\"file_id\":\"a\"}");
    for (int i = 0; i < 7; i++) {
      server.staysSilent();
    }
    server.answers(413, "{\"error\":\"too large\"}");

    Throwable failure = catchThrowable(() -> send(files(30)));

    assertThat(failure).isInstanceOf(CliException.class).hasMessageMatching("(?s).*send f\\d.*");
    assertThat(server.requests()).hasSize(9);
    assertThat(senders()).isEmpty();
    // The client can be used on.
    server.answers("{\"file_id\":\"z\"}");
    assertThat(send(files(1))).containsExactly("z");
  }

  @Test
  void tellsWhichFileIsGone() throws Exception {
    server.otherwise(number -> "{\"file_id\":\"" + number + "\"}");
    List<Path> files = files(20);
    Files.delete(files.get(11));

    assertThatThrownBy(() -> send(files))
        .isInstanceOfSatisfying(
            CliException.class, thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.FILE))
        .hasMessageContaining("f11");
    assertThat(senders()).isEmpty();
  }

  @Test
  void endsWhenItIsInterrupted() throws Exception {
    CountDownLatch waiting = new CountDownLatch(9);
    server.watchedBy(line -> waiting.countDown());
    server.answers("{\"file_id\":\"a\"}");
    for (int i = 0; i < 8; i++) {
      server.staysSilent();
    }
    List<Path> files = files(30);
    Thread caller = Thread.currentThread();
    Thread user =
        new Thread(
            () -> {
              try {
                waiting.await();
              } catch (InterruptedException never) {
                return;
              }
              caller.interrupt();
            });
    user.start();

    assertThatThrownBy(() -> send(files)).isInstanceOf(InterruptedWaitException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(server.requests()).hasSize(9);
    assertThat(senders()).isEmpty();
    user.join();
  }
}
