package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.sandbox.SandboxFixture.inner;
import static run.mags.local.sandbox.SandboxFixture.outer;
import static run.mags.local.sandbox.SandboxFixture.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;

/** A root file system that a user named: here busybox with its libraries. */
class RootTreeIT {
  @TempDir Path directory;
  private Path tree;

  @BeforeEach
  void makeTree() throws Exception {
    SandboxFixture.at(Isolation.FLAT);
    Path busybox = Path.of("/bin/busybox");
    assumeTrue(Files.exists(busybox), "SKIPPED: there is no busybox");
    tree = Files.createDirectories(directory.resolve("tree"));
    Files.createDirectories(tree.resolve("bin"));
    Files.createDirectories(tree.resolve("etc"));
    Files.copy(busybox, tree.resolve("bin/busybox"));
    // A static one has none.
    for (String word : output("ldd", busybox.toString()).split("\\s+", -1)) {
      if (word.startsWith("/")) {
        Path copy = tree.resolve(word.substring(1));
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of(word), copy);
      }
    }
    for (String applet : List.of("sh", "ls", "cat", "id", "pwd", "rm", "touch", "mount", "mknod")) {
      Files.createSymbolicLink(tree.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    Files.writeString(tree.resolve("etc/whose"), "mine\n");
  }

  @AfterEach
  void remove() {
    Sandboxes.erase(directory.resolve("state"));
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private Sandbox start(Isolation level, Path root, Optional<String> workspace) {
    Path state = directory.resolve("state");
    IsolationChoice choice = level == Isolation.FLAT ? IsolationChoice.FLAT : IsolationChoice.NS;
    WorkspaceTrees trees = WorkspaceTrees.in(state.resolve("workspaces"));
    SandboxSpec spec =
        new SandboxSpec(
            state.resolve("run").resolve(UUID.randomUUID().toString()),
            workspace.map(trees::directory),
            Optional.empty(),
            "guest");
    Sandboxes sandboxes = Sandboxes.open(state, choice, Optional.of(root));
    assumeTrue(sandboxes.isolation() == level, "SKIPPED: this machine has no level " + level);
    return sandboxes.start(spec);
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void isAllThereIsAndAllOfItIsWritable(Isolation level) throws Exception {
    try (Sandbox sandbox = start(level, tree, Optional.of("w"))) {
      assertThat(inner(sandbox, "cat /etc/whose; pwd; id -u; echo $HOME; cat /etc/hostname").out())
          .isEqualTo("mine\n/root\n0\n/root\nguest\n");
      assertThat(inner(sandbox, "ls -d /usr/share /opt /home").exit()).isNotZero();
      assertThat(inner(sandbox, "rm /bin/id; echo x > /bin/new; echo kept > note").err()).isEmpty();
      assertThat(outer(sandbox, "pwd; cat note; ls -d /overlay /bin/new").out())
          .isEqualTo("/overlay/root\nkept\n/bin/new\n/overlay\n");
      assertThat(outer(sandbox, "exit 7").exit()).isEqualTo(7);
      assertThat(
              run(sandbox.inner(Map.of("A", "a'b\n"), List.of("sh", "-c", "echo \"$A\"")), "")
                  .out())
          .isEqualTo("a'b\n\n");
      assertThat(run(sandbox.inner(Map.of(), List.of("no-such-program")), "").exit())
          .isEqualTo(127);
    }
    assertThat(tree.resolve("bin/new")).doesNotExist();
    assertThat(tree.resolve("bin/id")).exists();
    try (Sandbox sandbox = start(level, tree, Optional.of("w"))) {
      assertThat(inner(sandbox, "cat note /bin/new; ls /bin/id").out()).isEqualTo("kept\nx\n");
    }
  }

  /** What a guest puts in the place of a program is never run with more power than its own. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void keepsItsGuestFromTheHost(Isolation level) {
    assumeTrue(Root.here(), "SKIPPED: not root");
    try (Sandbox sandbox = start(level, tree, Optional.empty())) {
      String replace =
          "for p in sh cat setsid setpriv chroot; do"
              + " printf '#!/bin/busybox sh\\nmount -t tmpfs x /etc && echo mounted >/escaped\\n'"
              + " >/bin/x; busybox chmod 755 /bin/x; busybox mv /bin/x /bin/$p; done;"
              + " busybox kill -KILL -1";
      inner(sandbox, replace);
      run(sandbox.inner(Map.of(), List.of("/bin/busybox", "true")), "");

      assertThat(run(sandbox.inner(Map.of(), List.of("/bin/busybox", "ls", "/")), "").out())
          .doesNotContain("escaped");
      assertThat(sandbox.ended()).isNotDone();
    }
    try (Sandbox sandbox = start(level, tree, Optional.empty())) {
      assertThat(inner(sandbox, "mount -t tmpfs x /etc").exit()).isNotZero();
      assertThat(inner(sandbox, "mknod /x b 8 0").exit()).isNotZero();
      assertThat(inner(sandbox, "echo 1 >/proc/sys/vm/swappiness").exit()).isNotZero();
      assertThat(inner(sandbox, "ls /../../usr/share").exit()).isNotZero();
    }
  }

  @Test
  void isUnpackedFromAnArchiveOnce() throws Exception {
    Path archive = directory.resolve("root.tar.gz");
    output("tar", "-C", tree.toString(), "-czf", archive.toString(), ".");
    assertThat(archive).exists();

    for (int i = 0; i < 2; i++) {
      try (Sandbox sandbox = start(Isolation.FLAT, archive, Optional.empty())) {
        assertThat(inner(sandbox, "cat /etc/whose; echo x > /etc/whose").out()).isEqualTo("mine\n");
      }
    }
    assertThat(
            directory.resolve("state/image").toFile().list((dir, name) -> name.startsWith("root-")))
        .hasSize(1);
  }

  @Test
  void whatIsNoneIsRefusedWithItsReason() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path text = Files.writeString(directory.resolve("text"), "no archive");

    assertThatThrownBy(() -> start(Isolation.FLAT, empty, Optional.empty()))
        .isInstanceOf(CliException.class)
        .hasMessage("cannot use " + empty + " as the root file system: it has no /bin/sh");
    assertThatThrownBy(() -> start(Isolation.FLAT, directory.resolve("none"), Optional.empty()))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> start(Isolation.FLAT, text, Optional.empty()))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("tar");
    assertThatThrownBy(
            () ->
                Sandboxes.open(
                    directory.resolve("state"), IsolationChoice.PLAIN, Optional.of(tree)))
        .hasMessageContaining("plain processes have the root file system of this machine");
  }
}
