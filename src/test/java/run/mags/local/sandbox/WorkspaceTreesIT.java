package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.mags.local.sandbox.SandboxFixture.inner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Workspaces on disk, and what sandboxes do with them. */
class WorkspaceTreesIT {
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
  void listsWhatItMade() {
    WorkspaceTrees trees = fixture.workspaces();
    List<String> names =
        List.of("", "../up", ".", "A", "a", "a/b", "naïve 試", "x".repeat(300), "x".repeat(301));

    names.forEach(trees::directory);

    assertThat(trees.names()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(names).allMatch(trees::exists);
    assertThat(trees.exists("b")).isFalse();
    assertThat(trees.directory("a/b")).isEqualTo(trees.directory("a/b")).isDirectory();
    assertThat(directory.resolve("fixture")).isDirectoryNotContaining("glob:**up");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void keepsWhatIsWritten(Isolation level) {
    String name = "kept/é " + "n".repeat(250);
    try (Sandbox sandbox = fixture.start(level, name)) {
      assertThat(inner(sandbox, "mkdir -p d && echo one > d/f && chmod 640 d/f").exit()).isZero();
    }

    try (Sandbox sandbox = fixture.start(level, name)) {
      assertThat(inner(sandbox, "cat d/f; stat -c %a d/f").out()).isEqualTo("one\n640\n");
    }
    assertThat(inner(fixture.start(level, "another"), "ls").out()).isEmpty();
    assertThat(inner(fixture.start(level), "ls").out()).isEmpty();
    assertThat(fixture.workspaces().form(name)).contains(level);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void refusesASecondWriter(Isolation level) {
    Sandbox first = fixture.start(level, "shared");

    assertThatThrownBy(() -> fixture.start(level, "shared"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
        .hasMessage("workspace shared is in use by another sandbox");
    assertThatThrownBy(() -> fixture.workspaces().delete("shared")).hasMessageContaining("in use");

    first.close();
    assertThat(inner(fixture.start(level, "shared"), "echo ok").out()).isEqualTo("ok\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void sharesABaseReadOnly(Isolation level) {
    try (Sandbox sandbox = fixture.start(level, "base")) {
      inner(sandbox, "echo base > f; echo base > g");
    }
    try (Sandbox one = fixture.start(level, Optional.empty(), Optional.of("base"));
        Sandbox two = fixture.start(level, Optional.empty(), Optional.of("base"))) {
      assertThat(inner(one, "cat f; echo one > f; rm g; ls").out()).isEqualTo("base\nf\n");
      assertThat(inner(two, "cat f g").out()).isEqualTo("base\nbase\n");
      assertThatThrownBy(() -> fixture.start(level, "base")).hasMessageContaining("in use");
    }
    assertThat(inner(fixture.start(level, "base"), "cat f g").out()).isEqualTo("base\nbase\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void aForkStaysAsItWasWhenItsBaseIsWritten(Isolation level) throws Exception {
    inner(fixture.start(level, "base"), "echo one > f; echo one > g");
    fixture.closeAll();
    inner(fixture.start(level, Optional.of("fork"), Optional.of("base")), "echo own > own");
    fixture.start(level, Optional.of("idle"), Optional.of("base"));
    fixture.closeAll();

    inner(fixture.start(level, "base"), "echo two > f; rm g; echo two > h");
    Sandbox whileWritten = fixture.start(level, "fork");

    assertThat(inner(whileWritten, "cat f g own; ls").out())
        .isEqualTo("one\none\nown\nf\ng\nown\n");
    fixture.closeAll();
    assertThat(inner(fixture.start(level, "idle"), "cat f g").out()).isEqualTo("one\none\n");
    assertThat(
            inner(fixture.start(level, Optional.of("late"), Optional.of("base")), "cat f h").out())
        .isEqualTo("two\ntwo\n");
    fixture.closeAll();
    WorkspaceTrees trees = fixture.workspaces();
    trees.delete("late");
    trees.delete("base");
    assertThat(inner(fixture.start(level, "fork"), "cat f g own").out())
        .isEqualTo("one\none\nown\n");
    fixture.closeAll();
    trees.delete("fork");
    trees.delete("idle");
    assertThat(frozen()).isEmpty();
    assertThat(trees.names()).isEmpty();
  }

  private List<String> frozen() {
    return Stream.of(directory.resolve("fixture/workspaces").toFile().list())
        .filter(name -> name.startsWith(".frozen-"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void aForkOfAForkStaysAsItWas(Isolation level) throws Exception {
    inner(fixture.start(level, "a"), "echo a > a");
    fixture.closeAll();
    inner(fixture.start(level, Optional.of("b"), Optional.of("a")), "echo b > b");
    fixture.closeAll();
    inner(fixture.start(level, Optional.of("c"), Optional.of("b")), "echo c > c");
    fixture.closeAll();
    for (String written : List.of("b", "a", "b")) {
      inner(fixture.start(level, written), "echo other > a; echo other > b");
      fixture.closeAll();
    }

    assertThat(inner(fixture.start(level, "c"), "cat a b c").out()).isEqualTo("a\nb\nc\n");
    fixture.closeAll();
    WorkspaceTrees trees = fixture.workspaces();
    trees.delete("b");
    trees.delete("a");
    assertThat(inner(fixture.start(level, "c"), "cat a b c").out()).isEqualTo("a\nb\nc\n");
    fixture.closeAll();
    trees.delete("c");
    assertThat(frozen()).isEmpty();
  }

  @Test
  void aCrashWhileForksAreMovedChangesNone() throws Exception {
    Isolation level = Isolation.OVERLAY;
    inner(fixture.start(level, "base"), "echo one > f");
    fixture.closeAll();
    for (String name : List.of("moved", "left")) {
      fixture.start(level, Optional.of(name), Optional.of("base"));
      fixture.closeAll();
    }
    WorkspaceTrees trees = fixture.workspaces();
    Workspace base = new Workspace(trees.directory("base"));
    Generation.freeze(base, Tools.find());
    Workspace left = new Workspace(trees.directory("left"));
    // As if it had not come to this one.
    new Forks(base).note(left);
    left.standOn(base.directory());
    Path half = directory.resolve("fixture/workspaces/.frozen-half/upper.unfinished");
    Files.createDirectories(half);

    fixture.workspaces();
    inner(fixture.start(level, "base"), "echo two > f");
    fixture.closeAll();

    assertThat(half.getParent()).doesNotExist();
    assertThat(frozen()).hasSize(2);
    for (String name : List.of("moved", "left")) {
      assertThat(inner(fixture.start(level, name), "cat f").out()).isEqualTo("one\n");
    }
  }

  /** Workspaces of builds that had no notes of forks. */
  @Test
  void forksWithoutANoteAreFound() throws Exception {
    Isolation level = Isolation.OVERLAY;
    inner(fixture.start(level, "base"), "echo one > f");
    fixture.closeAll();
    fixture.start(level, Optional.of("fork"), Optional.of("base"));
    fixture.closeAll();
    DirectoryTree.delete(fixture.workspaces().directory("base").resolve("forks"));

    inner(fixture.start(level, "base"), "echo two > f");
    fixture.closeAll();

    assertThat(inner(fixture.start(level, "fork"), "cat f").out()).isEqualTo("one\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void forksABase(Isolation level) {
    try (Sandbox sandbox = fixture.start(level, "base")) {
      inner(sandbox, "mkdir d; echo base > d/f; echo base > g");
    }
    try (Sandbox fork = fixture.start(level, Optional.of("fork"), Optional.of("base"))) {
      inner(fork, "echo fork > g; rm -r d; mkdir d; echo new > d/n");
    }
    try (Sandbox fork = fixture.start(level, "fork")) {
      assertThat(inner(fork, "cat g; ls d").out()).isEqualTo("fork\nn\n");
    }
    try (Sandbox second = fixture.start(level, Optional.of("second"), Optional.of("fork"))) {
      assertThat(inner(second, "cat g; ls d; ls").out()).isEqualTo("fork\nn\nd\ng\n");
    }
    try (Sandbox again = fixture.start(level, Optional.of("fork"), Optional.of("base"))) {
      assertThat(inner(again, "cat g").out()).isEqualTo("fork\n");
    }
    assertThat(inner(fixture.start(level, "base"), "cat g d/f").out()).isEqualTo("base\nbase\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void refusesABaseThatDoesNotFit(Isolation level) {
    for (String name : List.of("one", "two")) {
      fixture.start(level, name).close();
    }

    assertThatThrownBy(() -> fixture.start(level, Optional.of("one"), Optional.of("two")))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
        .hasMessage(
            "workspace one exists already and was not forked, so it cannot be forked from two");
    assertThatThrownBy(() -> fixture.start(level, Optional.of("one"), Optional.of("one")))
        .hasMessage("workspace one cannot be its own base");
    SandboxSpec spec =
        new SandboxSpec(
            fixture.runs().resolve("x"),
            Optional.empty(),
            Optional.of(directory.resolve("missing")),
            "guest");
    assertThatThrownBy(() -> SandboxFixture.at(level).start(spec))
        .hasMessage("there is no workspace missing to use as a base");
    assertThat(fixture.runs()).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void refusesAWorkspaceOfAnotherLevel(Isolation level) {
    fixture.start(level, "mine").close();
    Isolation other = level == Isolation.PLAIN ? Isolation.OVERLAY : Isolation.PLAIN;

    assertThatThrownBy(() -> fixture.start(other, "mine"))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("--isolation " + level.word()))
        .hasMessage(
            "workspace mine was made at isolation "
                + level.word()
                + " and cannot be opened at "
                + other.word());
    assertThatThrownBy(() -> fixture.start(other, Optional.of("new"), Optional.of("mine")))
        .hasMessageContaining("cannot be opened at");
    assertThat(inner(fixture.start(level, "mine"), "echo fine").out()).isEqualTo("fine\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void deletesAWorkspaceWithAllItsFiles(Isolation level) {
    try (Sandbox sandbox = fixture.start(level, "doomed")) {
      inner(sandbox, "mkdir -p a/b; touch a/b/c; chmod 0 a/b a; mkdir -m 0 locked");
    }
    WorkspaceTrees trees = fixture.workspaces();

    trees.delete("doomed");

    assertThat(trees.names()).isEmpty();
    assertThat(directory.resolve("fixture/workspaces")).isDirectoryNotContaining("glob:**doomed*");
    assertThatThrownBy(() -> trees.delete("doomed"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
    assertThat(inner(fixture.start(level, "doomed"), "ls").out()).isEmpty();
  }

  @Test
  void doesNotPullABaseAwayFromItsForks() {
    fixture.start(Isolation.OVERLAY, "base").close();
    fixture.start(Isolation.OVERLAY, Optional.of("fork"), Optional.of("base")).close();
    WorkspaceTrees trees = fixture.workspaces();

    assertThatThrownBy(() -> trees.delete("base")).hasMessage("workspace base is the base of fork");
    trees.delete("fork");
    trees.delete("base");

    assertThat(trees.names()).isEmpty();
  }

  @Test
  void finishesARemovalThatACrashCutShort() throws Exception {
    Path remains = fixture.workspaces().directory("x").resolveSibling(".deleted-1");
    Files.createDirectories(remains.resolve("upper"));

    fixture.workspaces();

    assertThat(remains).doesNotExist();
  }

  /** A crash between filling a new workspace and writing its form. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void startsOverWhereACrashCutTheFirstStartShort(Isolation level) throws Exception {
    Path workspace = fixture.workspaces().directory("half");
    Path contents = workspace.resolve(Workspace.contentsName(level));
    Files.createDirectories(contents.resolve("root"));
    Files.writeString(contents.resolve("half"), "half");

    Sandbox sandbox = fixture.start(level, "half");

    assertThat(inner(sandbox, "[ -e ~/half ] || [ -e /half ] || echo clean").out())
        .isEqualTo("clean\n");
  }

  @Test
  void saysWhyADirectoryCannotBeUsed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> WorkspaceTrees.in(file.resolve("workspaces")))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.FILE))
        .hasMessageContaining("cannot use");
  }
}
