package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/**
 * The launcher of the image, mostly with a java that only shows what it was given. The PATH holds
 * no program but that java: so the launcher starts none.
 */
class LauncherIT {
  private static final byte[] NO_INPUT = {};
  private static final List<String> AWKWARD =
      List.of(
          "",
          " ",
          "a b",
          "*",
          "?",
          "$HOME",
          "`id`",
          "\\",
          "\"",
          "'",
          "-n",
          "--",
          "-cp",
          "a\nb",
          "ends in newline\n",
          "ü",
          "\t",
          "%s",
          "!x",
          "~");

  @TempDir Path temp;
  private Path image;
  private Path jdk;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void makeAnImageAndAJava() throws IOException {
    image = imageAt("image");
    jdk = javaAt("jdk", "17.0.15");
    env.put("PATH", jdk.resolve("bin").toString());
    env.put("LC_ALL", "C.UTF-8");
  }

  private Path imageAt(String name) throws IOException {
    Path image = temp.resolve(name);
    Files.createDirectories(image.resolve("bin"));
    Files.createDirectories(image.resolve("lib"));
    Files.copy(CliProcess.image().resolve("bin/mags"), image.resolve("bin/mags"));
    Files.createFile(image.resolve("lib/mags.jar"));
    return image;
  }

  /** A JDK whose java prints its arguments and LC_ALL, each ended by a NUL. */
  private Path javaAt(String name, String version) throws IOException {
    Path home = temp.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        home.resolve("bin/java"),
        "printf '%s\\0' \"$0\" \"$@\" \"LC_ALL=${LC_ALL-none}\" \"pid $$\"");
    return home;
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private CliResult launch(Path launcher, String... args) throws Exception {
    return new CliProcess(launcher.toString()).run(List.of(args), NO_INPUT, env, temp);
  }

  private CliResult launch(String... args) throws Exception {
    return launch(image.resolve("bin/mags"), args);
  }

  private static List<String> given(CliResult result) {
    assertThat(result).exits(0).warnsNothing();
    String[] given = result.out().split("\0", -1);
    // Each ends in a NUL, so nothing stands after the last one.
    return Arrays.asList(given).subList(0, given.length - 1);
  }

  /** What stands after the main class. */
  private static List<String> arguments(CliResult result) {
    List<String> given = given(result);
    return given.subList(given.indexOf("run.mags.Main") + 1, given.size() - 2);
  }

  private static String java(CliResult result) {
    return given(result).get(0);
  }

  static Stream<List<String>> shells() {
    return Stream.of(
            List.of("/bin/sh"),
            List.of("dash"),
            List.of("bash", "--posix"),
            List.of("bash"),
            List.of("busybox", "sh"),
            List.of("ksh"),
            List.of("zsh", "--emulate", "sh"))
        .flatMap(shell -> onPath(shell.get(0)).map(path -> replaceFirst(shell, path)));
  }

  private static Stream<String> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory).resolve(program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .limit(1);
  }

  private static List<String> replaceFirst(List<String> words, String first) {
    List<String> replaced = new ArrayList<>(words);
    replaced.set(0, first);
    return replaced;
  }

  @ParameterizedTest
  @MethodSource("shells")
  void everyShellPassesArgumentsUntouched(List<String> shell) throws Exception {
    List<String> command = new ArrayList<>(shell);
    command.add(image.resolve("bin/mags").toString());
    CliProcess mags = new CliProcess(command.toArray(String[]::new));
    assertThat(arguments(mags.run(AWKWARD, NO_INPUT, env, temp))).isEqualTo(AWKWARD);
  }

  @Test
  void startsFromAPathWithBlanksAndOddCharacters() throws Exception {
    Path odd = imageAt("a b * ' \" $x ü");
    CliResult result = launch(odd.resolve("bin/mags"), "x");
    assertThat(arguments(result)).containsExactly("x");
    assertThat(given(result)).contains(odd + "/bin/../lib/mags.jar");
  }

  @Test
  void startsByARelativePathWhateverCdpathSays() throws Exception {
    env.put("CDPATH", "/:/tmp");
    CliResult result = new CliProcess("image/bin/mags").run(List.of("x"), NO_INPUT, env, temp);
    assertThat(given(result)).contains(image + "/bin/../lib/mags.jar");
  }

  @Test
  void startsByItsNameAlone() throws Exception {
    env.merge("PATH", image.resolve("bin").toString(), (java, bin) -> bin + ":" + java);
    for (Path cwd : List.of(image.resolve("bin"), temp)) {
      CliResult result = new CliProcess("/bin/bash", "mags").run(List.of("x"), NO_INPUT, env, cwd);
      assertThat(arguments(result)).containsExactly("x");
    }
  }

  @Test
  void startsThroughAChainOfLinks() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("usr/local/my bin"));
    Files.createSymbolicLink(temp.resolve("usr/first"), image.resolve("bin/mags"));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("../../first"));
    Files.createSymbolicLink(bin.resolve("mags"), Path.of("second"));
    Files.createSymbolicLink(temp.resolve("installed"), image);
    env.merge("PATH", System.getenv("PATH"), (java, rest) -> java + ":" + rest);
    assertThat(given(launch(bin.resolve("mags"), "x"))).contains(image + "/bin/../lib/mags.jar");
    assertThat(arguments(launch(temp.resolve("installed/bin/mags"), "x"))).containsExactly("x");
  }

  @Test
  void becomesTheJavaProcess() throws Exception {
    CliProcess shell = new CliProcess("/bin/sh", "-c", "echo \"pid $$\" >&2; exec \"$0\"");
    CliResult result =
        shell.run(List.of(image.resolve("bin/mags").toString()), NO_INPUT, env, temp);
    assertThat(result.out().split("\0", -1)).contains(result.err().strip());
  }

  @Test
  void prefersMagsJavaThenJavaHomeThenThePath() throws Exception {
    Path first = javaAt("a", "21");
    Path second = javaAt("b", "25-ea");
    assertThat(java(launch())).isEqualTo(jdk + "/bin/java");
    env.put("JAVA_HOME", second.toString());
    assertThat(java(launch())).isEqualTo(second + "/bin/java");
    env.put("MAGS_JAVA", first + "/bin/java");
    assertThat(java(launch())).isEqualTo(first + "/bin/java");
  }

  @Test
  void passesOverAJavaThatIsTooOld() throws Exception {
    env.put("JAVA_HOME", javaAt("old", "1.8.0_392").toString());
    env.merge("PATH", javaAt("eleven", "11.0.2") + "/bin", (path, old) -> old + ":" + path);
    assertThat(java(launch())).isEqualTo(jdk + "/bin/java");
  }

  @Test
  void followsALinkToFindTheVersion() throws Exception {
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
    env.put("PATH", bin + ":" + System.getenv("PATH"));
    assertThat(java(launch())).isEqualTo(bin + "/java");
  }

  @Test
  void asksAJavaThatHasNoReleaseFile() throws Exception {
    Path bin = Files.createDirectory(temp.resolve("shims"));
    script(bin.resolve("java"), "[ \"$1\" != -version ] || echo 'java version \"9.0.4\"' >&2");
    env.put("PATH", bin.toString());
    assertThat(launch())
        .exits(1)
        .warns(
            "error: mags needs Java 17 or later; PATH: "
                + bin
                + "/java is Java 9\nhint: install one, or set MAGS_JAVA to the path of its java\n");
    script(bin.resolve("java"), "[ \"$1\" != -version ] || echo 'java version \"21\"' >&2");
    assertThat(launch()).exits(0);
  }

  @ParameterizedTest
  @CsvSource({
    "--version, 1",
    "list, 1",
    "run, 125",
    "exec, 125",
    "ssh, 125",
    "--json run, 125",
    "--color never exec, 125",
    "local run, 125",
    "local start, 1",
    "list run, 1"
  })
  void saysWhatIsMissing(String line, int code) throws Exception {
    env.put("PATH", temp.toString());
    env.put("JAVA_HOME", temp.resolve("gone").toString());
    assertThat(launch(line.split(" ", -1)))
        .exits(code)
        .printsNothing()
        .warns(
            "error: mags needs Java 17 or later; JAVA_HOME: no file "
                + temp
                + "/gone/bin/java; PATH: no java\n"
                + "hint: install one, or set MAGS_JAVA to the path of its java\n");
  }

  @Test
  void doesNotLookFurtherThanMagsJava() throws Exception {
    Path old = javaAt("old", "11.0.2");
    env.put("MAGS_JAVA", old + "/bin/java");
    assertThat(launch()).exits(1).warnsMatch("^error: .*; MAGS_JAVA: .*/old/bin/java is Java 11$");
    Files.setPosixFilePermissions(
        old.resolve("bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(launch()).exits(1).warnsMatch("; MAGS_JAVA: .*/old/bin/java is not executable$");
    env.put("MAGS_JAVA", old.toString());
    assertThat(launch()).exits(1).warnsMatch("; MAGS_JAVA: no file .*/old$");
  }

  @Test
  void aCopyOfTheLauncherAloneSaysSo() throws Exception {
    Files.delete(image.resolve("lib/mags.jar"));
    assertThat(launch())
        .exits(1)
        .warnsMatch("^error: mags is not complete: no file .*/lib/mags.jar$")
        .warnsMatch("^hint: ");
  }

  @Test
  void refusesAPathThatJavaCannotRead() throws Exception {
    assertThat(launch(imageAt("a:b").resolve("bin/mags")))
        .exits(1)
        .warnsMatch("^error: Java cannot start mags from a path with a colon: .*a:b");
  }

  @Test
  void splitsMagsJavaOptsAtBlanksOnly() throws Exception {
    env.put("MAGS_JAVA_OPTS", " -Da=1   -Db=* ");
    List<String> given = given(launch("x"));
    assertThat(given).containsSubsequence("-XX:+UseSerialGC", "-Da=1", "-Db=*", "-cp");
    assertThat(given).doesNotContain("");
  }

  @Test
  void namesTheArchiveOfClassesToTheOneJavaThatItIsFor() throws Exception {
    Path archive = Files.createFile(image.resolve("lib/mags.jsa"));
    Path record = image.resolve("lib/mags.jsa.for");
    Path jar = image.resolve("lib/mags.jar");
    Path other = javaAt("other", "17.0.15").resolve("bin/java");
    assertThat(archives()).isEmpty();

    Files.writeString(record, jdk.resolve("bin/java") + "\n" + jar + "\n");
    assertThat(archives())
        .hasSize(2)
        .allMatch(argument -> argument.endsWith("/lib/mags.jsa"))
        .anyMatch(argument -> argument.startsWith("-XX:SharedArchiveFile=/"))
        .anyMatch(argument -> argument.startsWith("-Dmags.classes=-XX:SharedArchiveFile=/"));

    Files.writeString(record, other + "\n" + jar + "\n");
    assertThat(archives()).isEmpty();
    Files.writeString(record, jdk.resolve("bin/java") + "\n" + other + "\n");
    assertThat(archives()).isEmpty();
    Files.writeString(record, jdk.resolve("bin/java") + "\n");
    assertThat(archives()).isEmpty();
    Files.writeString(record, jdk.resolve("bin/java") + "\n" + jar + "\n");
    Files.delete(archive);
    assertThat(archives()).isEmpty();
  }

  private List<String> archives() throws Exception {
    return given(launch()).stream().filter(argument -> argument.contains(".jsa")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", ""})
  void usesUtf8WhereTheLocaleHasNoEncoding(String locale) throws Exception {
    env.put("LC_ALL", locale);
    assertThat(given(launch())).contains("LC_ALL=C.UTF-8", "-Dmags.lc_all=" + locale);
    env.remove("LC_ALL");
    env.put("LANG", locale);
    assertThat(given(launch())).contains("LC_ALL=C.UTF-8", "-Dmags.lc_all=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "de_DE.ISO-8859-1", "de_DE"})
  void leavesALocaleThatSaysWhatItIs(String locale) throws Exception {
    env.put("LC_ALL", locale);
    assertThat(given(launch()))
        .contains("LC_ALL=" + locale)
        .noneMatch(argument -> argument.startsWith("-Dmags.lc_all"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "xx_YY.UTF-8"})
  void theRealThingReadsUtf8InAnyLocaleAndWarnsOfNothing(String locale) throws Exception {
    env.put("PATH", System.getenv("PATH"));
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("LC_ALL", locale);
    env.put("HOME", temp.toString());
    CliProcess mags = CliProcess.launcher();
    String version = System.getProperty("mags.version");
    assertThat(mags.run(List.of("--version"), NO_INPUT, env, temp))
        .exits(0)
        .prints("mags v" + version + "\n")
        .warnsNothing();
    assertThat(mags.run(List.of("fü–x"), NO_INPUT, env, temp))
        .exits(2)
        .warnsMatch("^error: unknown command fü–x$");
  }
}
