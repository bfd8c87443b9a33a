package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

class ProbeIT {
  @TempDir Path directory;

  @Test
  void findsTheLevelThatThisMachineHasAndLeavesNothing() {
    Isolation level = SandboxFixture.at(Isolation.OVERLAY).isolation();

    Probe probe = Probe.run(directory);

    assertThat(probe.level()).isEqualTo(level);
    assertThat(probe.findings())
        .extracting(Probe.Finding::what)
        .contains("programs", "namespaces", "overlay", "terminals");
    assertThat(probe.findings()).allMatch(finding -> finding.works() == finding.cure().isEmpty());
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void namesMissingProgramsAndTheCure() throws Exception {
    Tools none = Tools.in(Files.createDirectory(directory.resolve("bin")).toString());

    Probe probe = Probe.run(directory, none, List.of(Isolation.OVERLAY));

    assertThat(probe.level()).isEqualTo(Isolation.PLAIN);
    Probe.Finding programs = probe.findings().get(0);
    assertThat(programs.works()).isFalse();
    assertThat(programs.detail()).contains("not found: sh").contains("nsenter");
    assertThat(programs.cure()).contains("util-linux");
  }

  /** The real unshare is refused in the same words where a container or the kernel forbids it. */
  @Test
  void tellsInItsOwnWordsWhatTheMachineRefuses() throws Exception {
    Probe probe =
        Probe.run(
            directory,
            toolsWith("unshare", "echo 'unshare: unshare failed: Operation not permitted'; exit 1"),
            List.of(Isolation.OVERLAY, Isolation.FLAT));

    assertThat(probe.level()).isEqualTo(Isolation.PLAIN);
    Probe.Finding namespaces = probe.findings().get(1);
    assertThat(namespaces.what()).isEqualTo("namespaces");
    assertThat(namespaces.detail()).isEqualTo("unshare: unshare failed: Operation not permitted");
    assertThat(namespaces.cure()).isNotEmpty();
  }

  @Test
  void noticesThatNamespacesCannotBeEntered() throws Exception {
    Probe probe =
        Probe.run(
            directory,
            toolsWith("nsenter", "echo 'nsenter: no' >&2; exit 1"),
            List.of(Isolation.OVERLAY));

    assertThat(probe.level()).isEqualTo(Isolation.PLAIN);
    assertThat(probe.findings().get(1).detail()).isEqualTo("cannot enter namespaces: nsenter: no");
  }

  @Test
  void fallsBackToAFlatTreeWhereOverlaysDoNotWork() throws Exception {
    SandboxFixture.at(Isolation.FLAT);
    String mount = Tools.find().need("mount");

    Probe probe =
        Probe.run(
            directory,
            toolsWith(
                "mount",
                "! grep -q userxattr \"$3\" || { echo 'mount: no overlay'; exit 32; };"
                    + " exec "
                    + mount
                    + " \"$@\""),
            List.of(Isolation.OVERLAY, Isolation.FLAT));

    assertThat(probe.level()).isEqualTo(Isolation.FLAT);
    Probe.Finding overlay =
        probe.findings().stream().filter(f -> f.what().equals("overlay")).findFirst().orElseThrow();
    assertThat(overlay.works()).isFalse();
    assertThat(overlay.detail()).isEqualTo("mount: no overlay");
    assertThat(overlay.cure()).contains("--state");
  }

  @Test
  void saysThatTheStateDirectoryCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> Probe.run(file))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.FILE))
        .hasMessageContaining("cannot write to the state directory " + file);
  }

  /** The machine's own programs, but for one, which is this script instead. */
  private Tools toolsWith(String name, String script) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Tools.in(bin + ":" + Tools.STANDARD_PATH);
  }
}
