package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a workspace's finer points when it is copied, forked or converted. */
class WorkspaceCopiesIT {
  private static final String MAKE =
      """
      set -e
      cd /root
      mkdir -p links empty locked
      echo one > links/a; ln links/a links/b; ln -s a links/symbolic
      truncate -s 50M sparse; printf end | dd of=sparse bs=1 seek=52428797 conv=notrunc 2>/dev/null
      echo x > attributes
      echo secret > mode; chmod 4750 mode; chmod 0 locked
      rm -f /etc/issue
      rm -rf /etc/profile.d; mkdir /etc/profile.d; echo own > /etc/profile.d/own.sh
      rm -rf /etc/security; echo file > /etc/security
      mkdir /etc/terminfo.new; touch -d 2001-02-03T04:05:06Z links
      """;

  private static final String SHOW =
      """
      cd /root
      echo links $(stat -c %h links/a) $([ links/a -ef links/b ] && echo same) $(readlink links/symbolic)
      echo sparse $(stat -c %s sparse) $([ $(du -k sparse | cut -f1) -lt 1000 ] && echo small) $(tail -c 3 sparse)
      echo mode $(stat -c %a mode) $(stat -c %a locked) $(cat mode)
      echo deleted $([ -e /etc/issue ] || echo gone)
      echo opaque $(ls /etc/profile.d)
      echo replaced $(cat /etc/security)
      echo time $(date -u -d @$(stat -c %Y links) +%Y-%m-%dT%H:%M:%S)
      """;

  private static final List<String> SHOWN =
      List.of(
          "links 2 same a",
          "sparse 52428800 small end",
          "mode 4750 0 secret",
          "deleted gone",
          "opaque own.sh",
          "replaced file",
          "time 2001-02-03T04:05:06");

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

  private void make(Sandbox sandbox) throws IOException {
    assertThat(inner(sandbox, MAKE)).isEqualTo(new SandboxFixture.Ran(0, "", ""));
    attributes(sandbox).write("mark", ByteBuffer.wrap("kept".getBytes(StandardCharsets.UTF_8)));
  }

  private static UserDefinedFileAttributeView attributes(Sandbox sandbox) {
    Path file = ((NamespaceSandbox) sandbox).merged().resolve("root/attributes");
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }

  private static void check(Sandbox sandbox) throws IOException {
    assertThat(inner(sandbox, SHOW).out().lines()).containsExactlyElementsOf(SHOWN);
    assertThat(attributes(sandbox).list()).contains("mark");
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void allIsThereAfterARestartInAForkAndInACopyOfABaseInUse(Isolation level) throws Exception {
    try (Sandbox sandbox = fixture.start(level, "w")) {
      make(sandbox);
    }
    try (Sandbox again = fixture.start(level, "w")) {
      check(again);
      try (Sandbox copy = fixture.start(level, Optional.empty(), Optional.of("w"))) {
        check(copy);
        assertThat(inner(copy, "echo changed > ~/mode").exit()).isZero();
      }
      try (Sandbox fork = fixture.start(level, Optional.of("fork"), Optional.of("w"))) {
        check(fork);
        inner(fork, "echo fork > ~/own");
      }
      check(again);
      inner(again, "rm -r ~/*");
    }
    try (Sandbox fork = fixture.start(level, "fork")) {
      check(fork);
      assertThat(inner(fork, "cat ~/own").out()).isEqualTo("fork\n");
    }
    fixture.workspaces().delete("w");
    try (Sandbox fork = fixture.start(level, "fork")) {
      check(fork);
    }
  }

  @ParameterizedTest
  @CsvSource({"OVERLAY, FLAT", "FLAT, OVERLAY"})
  void allIsThereAtTheOtherLevelAndBack(Isolation level, Isolation other) throws Exception {
    try (Sandbox base = fixture.start(level, "base")) {
      make(base);
      inner(base, "echo base > ~/base; echo base > ~/both");
    }
    try (Sandbox fork = fixture.start(level, Optional.of("fork"), Optional.of("base"))) {
      inner(fork, "echo fork > ~/both; rm ~/base; touch ~/own");
    }

    for (Isolation next : List.of(other, level)) {
      try (Sandbox fork = fixture.start(next, "fork")) {
        check(fork);
        assertThat(inner(fork, "cat both; ls base own").out()).isEqualTo("fork\nown\n");
        assertThat(fork.remarks()).hasSize(1).first().asString().contains("was converted");
      }
    }
    try (Sandbox reader = fixture.start(other, Optional.empty(), Optional.of("base"))) {
      check(reader);
    }
    try (Sandbox base = fixture.start(level, "base")) {
      check(base);
      assertThat(inner(base, "cat base both").out()).isEqualTo("base\nbase\n");
      assertThat(base.remarks()).isEmpty();
    }
    assertThat(directory.resolve("fixture/workspaces/fork").toFile().list())
        .contains(Workspace.contentsName(level))
        .doesNotContain(Workspace.contentsName(other));
  }

  /** What writes goes on afterwards, and the copy has no half of what it did. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void aCopyOfABaseInUseIsOfOneMoment(Isolation level) throws Exception {
    try (Sandbox writer = fixture.start(level, "busy")) {
      String count =
          "cd /root; mkdir d; i=0; while :; do i=$((i+1)); echo $i > first; echo $i > d/second;"
              + " done";
      writer.inner(Map.of(), List.of("/bin/sh", "-c", count)).start();
      SandboxFixture.until(() -> inner(writer, "cat d/second").out().length() > 2);

      for (int i = 0; i < 5; i++) {
        try (Sandbox reader = fixture.start(level, Optional.empty(), Optional.of("busy"))) {
          // A file may be caught between being emptied and being written.
          String seen = inner(reader, "cat first; echo -; cat d/second").out().replace("\n", "");
          String[] counts = seen.split("-", -1);
          if (!counts[0].isEmpty() && !counts[1].isEmpty()) {
            assertThat(Long.parseLong(counts[0]) - Long.parseLong(counts[1])).isBetween(0L, 1L);
          }
        }
      }

      String before = inner(writer, "cat first").out();
      SandboxFixture.until(() -> !inner(writer, "cat first").out().equals(before));
    }
  }

  @Test
  void aForkOfABaseThatMayBeWrittenStandsOnItsOwn() throws Exception {
    Isolation level = Isolation.OVERLAY;
    try (Sandbox base = fixture.start(level, "base")) {
      inner(base, "echo base > f");
    }
    WorkspaceTrees trees = fixture.workspaces();
    SandboxSpec spec =
        new SandboxSpec(
            fixture.runs().resolve("x"),
            Optional.of(trees.directory("fork")),
            Optional.of(trees.directory("base")),
            true,
            "guest",
            Limits.NONE);
    try (Sandbox fork = SandboxFixture.at(level).start(spec);
        Sandbox base = fixture.start(level, "base")) {
      inner(base, "echo other > f");
      assertThat(inner(fork, "cat f").out()).isEqualTo("base\n");
    }
    trees.delete("base");
    assertThat(inner(fixture.start(level, "fork"), "cat f").out()).isEqualTo("base\n");
  }
}
