package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.local.sandbox.SandboxFixture.Ran;

/** What a guest gone wild can use up. */
class LimitsIT {
  private static final long MB = 1L << 20;

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

  private Sandbox start(Isolation level, Limits limits) {
    SandboxSpec spec =
        new SandboxSpec(
            fixture.runs().resolve(UUID.randomUUID().toString()),
            Optional.empty(),
            Optional.empty(),
            false,
            "guest",
            limits);
    return SandboxFixture.at(level).start(spec);
  }

  /** Nobody else is hindered meanwhile, and nothing of it is left. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void aForkBombFindsItsEnd(Isolation level) throws Exception {
    assumeTrue(
        ControlGroups.here().filter(ControlGroups::limitProcesses).isPresent(),
        "SKIPPED: there are no control groups for processes");
    String seconds = SandboxFixture.uniqueSeconds();
    try (Sandbox bomb = start(level, Limits.NONE);
        Sandbox other = start(level, Limits.NONE)) {
      Process shell =
          bomb.inner(
                  Map.of(),
                  List.of("/bin/sh", "-c", "while :; do sleep " + seconds + " & done 2>/dev/null"))
              .start();
      SandboxFixture.until(
          () -> SandboxFixture.processesWith("sleep\0" + seconds) > Limits.PROCESSES - 100);

      assertThat(inner(other, "echo alive").out()).isEqualTo("alive\n");
      assertThat(SandboxFixture.processesWith("sleep\0" + seconds))
          .isLessThanOrEqualTo(Limits.PROCESSES);
      shell.destroyForcibly();
    }
    assertThat(SandboxFixture.processesWith("sleep\0" + seconds)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void whoTakesMoreThanItsMemoryIsEnded(Isolation level) {
    Limits limits = new Limits(OptionalLong.of(64 * MB), OptionalLong.empty());
    try (Sandbox hog = start(level, limits);
        Sandbox other = start(level, Limits.NONE)) {
      String take = "head -c 200000000 /dev/zero | tail | wc -c";

      Ran ran = inner(hog, take);

      assertThat(ran.out()).isEqualTo("0\n");
      assertThat(inner(hog, "echo alive").out()).isEqualTo("alive\n");
      assertThat(inner(other, take).out()).isEqualTo("200000000\n");
      if (ControlGroups.here().filter(ControlGroups::limitMemory).isPresent()) {
        assertThat(hog.memoryKills()).isPositive();
        assertThat(hog.remarks()).isEmpty();
      } else {
        assertThat(hog.remarks()).singleElement().asString().contains("for each process");
      }
      assertThat(other.memoryKills()).isZero();
    }
  }

  /** Where the machine itself runs out of memory, guests go first. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void guestsAreEndedBeforeOthers(Isolation level) {
    try (Sandbox sandbox = start(level, Limits.NONE)) {
      assertThat(inner(sandbox, "cat /proc/self/oom_score_adj").out()).isEqualTo("500\n");
    }
  }

  @Test
  void aDiskThatIsFullIsFull() {
    assumeTrue(Root.here(), "SKIPPED: only root can mount a disk of limited size");
    try (Sandbox sandbox =
        start(Isolation.OVERLAY, new Limits(OptionalLong.empty(), OptionalLong.of(64 * MB)))) {
      assumeTrue(sandbox.remarks().isEmpty(), "SKIPPED: " + sandbox.remarks());

      Ran ran = inner(sandbox, "head -c 100000000 /dev/zero > big; stat -c %s big; rm big");

      assertThat(ran.err()).contains("No space left on device");
      assertThat(Long.parseLong(ran.out().strip())).isBetween(40 * MB, 64 * MB);
      assertThat(inner(sandbox, "head -c 30000000 /dev/zero > /var/fits && echo ok").out())
          .isEqualTo("ok\n");
      assertThat(inner(sandbox, "pwd; mkdir d; echo x > /etc/passwd; rm -r /etc/ssl; ls d").err())
          .isEmpty();
    }
    assertThat(loopDevices()).isZero();
  }

  private long loopDevices() {
    try (var blocks = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      long count = 0;
      for (Path block : blocks) {
        Path backing = block.resolve("loop/backing_file");
        if (Files.exists(backing) && Files.readString(backing).contains(directory.toString())) {
          count++;
        }
      }
      return count;
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void aSizeThatCannotBeHadIsSaid(Isolation level) {
    SandboxSpec spec =
        new SandboxSpec(
            fixture.runs().resolve("x"),
            Optional.of(fixture.workspaces().directory("w")),
            Optional.empty(),
            false,
            "guest",
            new Limits(OptionalLong.empty(), OptionalLong.of(64 * MB)));
    try (Sandbox sandbox = SandboxFixture.at(level).start(spec)) {
      assertThat(sandbox.remarks())
          .singleElement()
          .asString()
          .startsWith("the disk size is not limited: ");
    }
  }

  @Test
  void findsTheGroupsOfBothVersionsInTheirOrder() {
    String mounts =
        """
        14 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        20 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        19 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        21 31 0:39 /docker/x /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        """;
    String groups = "9:name=systemd:/\n8:pids:/docker/x/y\n4:memory:/a/b\n0::/\n";

    List<List<ControlGroups.Parent>> found = ControlGroups.candidates(mounts, groups);

    assertThat(found)
        .extracting(hierarchy -> hierarchy.stream().map(p -> p.directory().toString()).toList())
        .containsExactly(
            List.of(
                "/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/memory/a", "/sys/fs/cgroup/memory"),
            List.of("/sys/fs/cgroup/unified"),
            List.of("/sys/fs/cgroup/pids/y", "/sys/fs/cgroup/pids"));
    assertThat(found.get(0).get(0).second()).isFalse();
    assertThat(found.get(1).get(0).second()).isTrue();
  }
}
