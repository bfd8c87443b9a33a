package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Job;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.wait.InterruptedWaitException;

/** {@code resize} on a real backend: wherever it is interrupted, it goes on and loses nothing. */
class ResizeIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private LocalBackend backend;
  private MagsClient mags;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    mags = MagsClient.open(backend.url(), backend.token(), directory);
  }

  @AfterEach
  void stop() {
    mags.close();
    backend.close();
  }

  /** The interrupt comes with request N, before it is sent; 99 is never. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 99})
  void goesOnFromWhereItWasInterrupted(int at) {
    mags.create("dev");
    mags.exec("dev", "echo kept > note");
    if (at < 99) {
      interrupt(at);
    }

    Job made = mags.resize("dev", 10).run(LIMIT);

    assertThat(made.diskGb()).isEqualTo(10);
    assertThat(mags.exec("dev", "cat note").stdout()).isEqualTo("kept\n");
    assertThat(mags.list().filter(job -> !job.state().isFinal())).hasSize(1);
  }

  private void interrupt(int at) {
    MagsClient[] client = new MagsClient[1];
    AtomicInteger sent = new AtomicInteger();
    ClientOptions options =
        ClientOptions.of(backend.url(), backend.token(), directory)
            .withLines(
                note -> {},
                line -> {
                  if (line.startsWith("> ") && sent.getAndIncrement() == at) {
                    client[0].cancel();
                    Thread.currentThread().interrupt();
                  }
                });
    client[0] = new MagsClient(options);
    try (MagsClient closing = client[0]) {
      Resize resize = closing.resize("dev", 10);
      assertThatThrownBy(() -> resize.run(LIMIT)).isInstanceOf(InterruptedWaitException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
  }
}
