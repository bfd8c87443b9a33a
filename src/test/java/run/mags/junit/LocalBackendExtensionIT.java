package run.mags.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;

/** What tests of other projects get. */
class LocalBackendExtensionIT {
  @MagsTest
  @Nested
  @Execution(ExecutionMode.CONCURRENT)
  class WithOneForEachTest {
    private static final Set<Path> STATES = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void remember(LocalBackend backend) {
      assertThat(STATES.add(backend.self().state())).isTrue();
    }

    @RepeatedTest(4)
    @Execution(ExecutionMode.CONCURRENT)
    void itIsFreshAndTheClientSpeaksToIt(MagsClient mags, LocalBackend backend) {
      assertThat(mags.list()).isEmpty();
      assertThat(mags.run("echo there").stdout()).isEqualTo("there\n");
      assertThat(STATES).contains(backend.self().state());
    }

    @AfterAll
    static void nothingIsLeft() {
      assertThat(STATES).hasSize(4).noneMatch(Files::exists);
    }
  }

  @MagsTest(shared = true)
  @Nested
  class WithOneForAll {
    private static LocalBackend first;
    private final LocalBackend inConstructor;

    WithOneForAll(LocalBackend inConstructor) {
      this.inConstructor = inConstructor;
    }

    @BeforeAll
    static void remember(LocalBackend backend) {
      first = backend;
    }

    @RepeatedTest(2)
    void itIsTheSame(LocalBackend backend, MagsClient mags) {
      assertThat(backend).isSameAs(first).isSameAs(inConstructor);
      assertThat(mags.list()).isEmpty();
    }

    @Nested
    class AndThoseWithin {
      @Test
      void haveItToo(LocalBackend backend) {
        assertThat(backend).isSameAs(first);
      }
    }

    @AfterAll
    static void itIsThereStill(MagsClient mags) {
      assertThat(mags.list()).isEmpty();
    }
  }

  @Nested
  class WithOptions {
    @RegisterExtension
    static final LocalBackendExtension SHARED =
        LocalBackendExtension.with(
            LocalOptions.temporary()
                .withIsolation(IsolationChoice.PLAIN)
                .withIdle(Duration.ofSeconds(7)));

    private static LocalBackend first;

    @BeforeAll
    static void remember(LocalBackend backend) {
      first = backend;
    }

    @Test
    void theyHold(LocalBackend backend) {
      assertThat(backend).isSameAs(first);
      assertThat(backend.self().isolation()).isEqualTo("plain");
      assertThat(backend.self().idle()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @Nested
  class WithOptionsForEachTest {
    private static LocalBackend before;

    @RegisterExtension
    final LocalBackendExtension each =
        LocalBackendExtension.with(LocalOptions.temporary().withIsolation(IsolationChoice.PLAIN));

    @RepeatedTest(2)
    void itIsAnother(LocalBackend backend) {
      assertThat(backend).isNotSameAs(before);
      before = backend;
    }

    @AfterEach
    void itIsThereStill(MagsClient mags) {
      assertThat(mags.list()).isEmpty();
    }
  }
}
