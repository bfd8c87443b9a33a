package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about plain processes. */
class PlainSandboxTest {
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

  @Test
  void hasTheWorkspaceAsItsHome() {
    Path home = fixture.workspaces().directory("mine").resolve("home");

    assertThat(inner(fixture.start(Isolation.PLAIN, "mine"), "echo $HOME; pwd; id -un").out())
        .isEqualTo(home + "\n" + home + "\n" + System.getProperty("user.name") + "\n");
  }

  @Test
  void hasATemporaryHomeWithoutAWorkspace() {
    assertThat(inner(fixture.start(Isolation.PLAIN), "echo $HOME").out())
        .startsWith(fixture.runs().toString());
  }

  @Test
  void findsWhatThrewItsMarkAway() throws Exception {
    Sandbox sandbox = fixture.start(Isolation.PLAIN);
    String seconds = SandboxFixture.uniqueSeconds();
    String script =
        "env -i setsid sleep S & (env -i sleep S &) ; sleep S".replace(" S", " " + seconds);
    sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 3)).isTrue();

    sandbox.close();

    assertThat(SandboxFixture.gone("sleep\0" + seconds)).isTrue();
  }

  @Test
  void leavesOtherProcessesAlone() throws Exception {
    String seconds = SandboxFixture.uniqueSeconds();
    Process bystander = new ProcessBuilder("sleep", seconds).start();
    try {
      Sandbox other = fixture.start(Isolation.PLAIN);
      Process guest = other.inner(Map.of(), List.of("sleep", seconds)).start();
      Sandbox sandbox = fixture.start(Isolation.PLAIN);
      assertThat(inner(sandbox, "true").exit()).isZero();
      sandbox.close();

      assertThat(bystander.isAlive()).isTrue();
      assertThat(guest.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
    }
  }
}
