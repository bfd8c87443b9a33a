package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a sandbox when its JVM is killed: nothing that runs, nothing that is mounted. */
class SandboxCrashIT {
  @TempDir Path directory;
  private SandboxFixture fixture;

  @BeforeEach
  void open() {
    fixture = new SandboxFixture(directory.resolve("fixture"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void leavesNothingBehind(Isolation level) throws Exception {
    SandboxFixture.at(level);
    String seconds = SandboxFixture.uniqueSeconds();
    Path workspace = fixture.workspaces().directory("survivor");
    Path run = directory.resolve("fixture/run/crashed");
    Process child =
        ChildJvm.command(
                List.of(),
                ChildJvm.classPath(),
                Victim.class,
                SandboxFixture.stateOf(level).toString(),
                level == Isolation.OVERLAY ? "ns" : level.word(),
                workspace.toString(),
                run.toString(),
                seconds)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(child.inputReader().readLine()).isEqualTo("started");
    assertThat(SandboxFixture.there("sleep\0" + seconds, 4)).isTrue();

    child.destroyForcibly();
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertThat(SandboxFixture.gone(seconds)).isTrue();
    assertThat(SandboxFixture.gone(run.toString())).isTrue();
    assertThat(mounts(run.toString())).isZero();
    Sandbox next = fixture.start(level, "survivor");
    assertThat(inner(next, "cat written").out()).isEqualTo("before the crash\n");
    Sandboxes.discard(run);
    assertThat(run).doesNotExist();
  }

  /** How many processes see a mount of this name. */
  private static int mounts(String name) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String mounts =
              Files.readString(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1);
          count += mounts.contains(name) ? 1 : 0;
        } catch (IOException e) {
          // It has ended.
        }
      }
    }
    return count;
  }

  /** Runs in the child: holds a sandbox with processes of all sorts, until it is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      Sandboxes sandboxes =
          Sandboxes.open(Path.of(arguments[0]), IsolationChoice.of(arguments[1]).orElseThrow());
      Sandbox sandbox =
          sandboxes.start(
              new SandboxSpec(
                  Path.of(arguments[3]),
                  Optional.of(Path.of(arguments[2])),
                  Optional.empty(),
                  "crashed-guest"));
      String script =
          "echo before the crash > written; sync; sleep S & setsid sleep S &"
              + " (trap '' HUP TERM INT; sleep S) & env -i /bin/sleep S & wait";
      Process process =
          sandbox
              .inner(Map.of(), List.of("/bin/sh", "-c", script.replace(" S", " " + arguments[4])))
              .start();
      System.out.println("started");
      process.waitFor();
    }
  }
}
