package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** To what a workspace falls back, and when it does not. */
class SyncPointIT {
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

  /** Leaves the workspace as a machine that loses its power does: in a boot before this one. */
  private Workspace interrupted(Isolation level, boolean synced) throws IOException {
    Workspace workspace = new Workspace(fixture.workspaces().directory("w"));
    try (Sandbox sandbox = fixture.start(level, "w")) {
      inner(sandbox, "echo synced > f; mkdir d; echo synced > d/g");
      if (synced) {
        sandbox.sync();
      }
      inner(sandbox, "echo newer > f; rm -r d; echo newer > n");
    }
    workspace.begin("the boot before");
    return workspace;
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void theLastSyncIsThereAfterTheMachineWentDown(Isolation level) throws Exception {
    Workspace workspace = interrupted(level, true);

    try (Sandbox sandbox = fixture.start(level, "w")) {
      assertThat(inner(sandbox, "cat f d/g; ls n").out()).isEqualTo("synced\nsynced\n");
      assertThat(sandbox.remarks())
          .singleElement()
          .asString()
          .contains("as it was at its last sync", workspace.unsynced().toString());
      inner(sandbox, "echo third > f");
    }
    try (var left = Files.walk(workspace.unsynced())) {
      assertThat(left.map(path -> path.getFileName().toString())).contains("n", "f");
    }
    try (Sandbox sandbox = fixture.start(level, "w")) {
      assertThat(inner(sandbox, "cat f").out()).isEqualTo("third\n");
      assertThat(sandbox.remarks()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void whatWasNeverSyncedStaysAsItIs(Isolation level) throws Exception {
    interrupted(level, false);

    try (Sandbox sandbox = fixture.start(level, "w")) {
      assertThat(inner(sandbox, "cat f n").out()).isEqualTo("newer\nnewer\n");
      assertThat(sandbox.remarks()).singleElement().asString().contains("never synced");
    }
  }

  /** The kernel has all that was written, synced or not. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void whatIsNewerStaysWhenOnlyTheBackendWasKilled(Isolation level) throws Exception {
    SandboxFixture.at(level);
    Path workspace = fixture.workspaces().directory("w");
    Process child =
        ChildJvm.command(
                List.of(),
                ChildJvm.classPath(),
                Victim.class,
                SandboxFixture.stateOf(level).toString(),
                level == Isolation.OVERLAY ? "ns" : level.word(),
                workspace.toString(),
                fixture.runs().resolve("killed").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(child.inputReader().readLine()).isEqualTo("written");
    child.destroyForcibly().waitFor();

    try (Sandbox sandbox = fixture.start(level, "w")) {
      assertThat(inner(sandbox, "cat f").out()).isEqualTo("newer\n");
      assertThat(sandbox.remarks()).isEmpty();
    }
  }

  /** In version 1 of control groups what stands still does not die, and holds its workspace. */
  @Test
  void whatStoodStillWhenTheBackendWasKilledIsFreed() throws Exception {
    Isolation level = Isolation.OVERLAY;
    SandboxFixture.at(level);
    Path workspace = fixture.workspaces().directory("w");
    String seconds = SandboxFixture.uniqueSeconds();
    String state = SandboxFixture.stateOf(level).toString();
    String run = fixture.runs().resolve("frozen").toString();
    Process child = child(state, workspace.toString(), run, seconds);
    assertThat(child.inputReader().readLine()).isEqualTo("still");
    child.destroyForcibly().waitFor();

    Process next = child(state, workspace.toString(), run + "2", "0");

    assertThat(next.inputReader().readLine()).isEqualTo("still");
    assertThat(SandboxFixture.processesWith("sleep\0" + seconds)).isZero();
    next.destroyForcibly().waitFor();
  }

  private static Process child(String... arguments) throws IOException {
    return ChildJvm.command(List.of(), ChildJvm.classPath(), Still.class, arguments)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs in the child: stops a sandbox and never lets it go on. */
  static final class Still {
    private Still() {}

    public static void main(String[] arguments) throws Exception {
      Sandboxes sandboxes = Sandboxes.open(Path.of(arguments[0]), IsolationChoice.NS);
      NamespaceSandbox sandbox =
          (NamespaceSandbox)
              sandboxes.start(
                  new SandboxSpec(
                      Path.of(arguments[2]),
                      Optional.of(Path.of(arguments[1])),
                      Optional.empty(),
                      "still"));
      sandbox.inner(Map.of(), List.of("/bin/sh", "-c", "sleep " + arguments[3])).start();
      sandbox.inner(Map.of(), List.of("/bin/true")).start().waitFor();
      sandbox.during(
          () -> {
            System.out.println("still");
            Uninterrupted.sleep(60_000);
          });
    }
  }

  /** Runs in the child. */
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
                  "killed"));
      write(sandbox, "synced");
      sandbox.sync();
      write(sandbox, "newer");
      System.out.println("written");
      Thread.sleep(60_000);
    }

    private static void write(Sandbox sandbox, String text) throws Exception {
      String script = "echo " + text + " > f";
      sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start().waitFor();
    }
  }
}
