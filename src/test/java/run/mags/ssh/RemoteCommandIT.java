package run.mags.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as real shells see them, byte for byte, with and without an overlay to enter. */
final class RemoteCommandIT {
  private static final byte[] NOTHING = {};
  private static final String ID = "0123456789abcdef";

  @TempDir Path directory;
  private Path home;
  private Path programs;

  /** The shell that stands for {@code /bin/sh} and for the login shell, and where it runs. */
  enum Setting {
    SH_OUTSIDE("sh", false),
    SH_IN_OVERLAY("sh", true),
    BASH_OUTSIDE("bash", false),
    BASH_IN_OVERLAY("bash", true),
    BUSYBOX_OUTSIDE("busybox sh", false),
    BUSYBOX_IN_OVERLAY("busybox sh", true);

    final String shell;
    final boolean inOverlay;

    Setting(String shell, boolean inOverlay) {
      this.shell = shell;
      this.inOverlay = inOverlay;
    }

    /** The login shell. Busybox would take its own chroot for the stand-in. */
    List<String> login() {
      return List.of((inOverlay ? "sh" : shell).split(" ", -1));
    }
  }

  /** What a command has done. */
  private record Result(int exitCode, String latin1, String err) {
    String out() {
      return new String(bytes(), UTF_8);
    }

    byte[] bytes() {
      return latin1.getBytes(ISO_8859_1);
    }
  }

  /** The stand-in for chroot checks where it is told to go and stays where it is. */
  @BeforeEach
  void makeDirectories() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
    programs = Files.createDirectory(directory.resolve("programs"));
    Path chroot = programs.resolve("chroot");
    Files.writeString(
        chroot,
        "#!/bin/sh\n"
            + "[ \"$1 $HOME\" = '"
            + directory.resolve("overlay")
            + " /root' ] || exit 99\n"
            + "shift; cd /; export HOME='"
            + home
            + "' IN_OVERLAY=yes; exec \"$@\"\n");
    assertThat(chroot.toFile().setExecutable(true)).isTrue();
  }

  static Stream<Arguments> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("echo plain", "plain\n");
    lines.put("echo \"it's\" 'a \"quoted\"' \\' \\\" word", "it's a \"quoted\" ' \" word\n");
    lines.put("x='$HOME'; printf '%s\\n' \"$x\" '$x' \"\\$x\"", "$HOME\n$x\n$x\n");
    lines.put("printf '%s\\n' 'a\\b' \"c\\\\d\" e\\\\f", "a\\b\nc\\d\ne\\f\n");
    lines.put("echo `echo back` $(echo dollar) $((6*7))", "back dollar 42\n");
    lines.put("echo first; sleep 0 &", "first\n");
    lines.put("echo a;", "a\n");
    lines.put("echo a # and a remark", "a\n");
    lines.put("# nothing but a remark", "");
    lines.put("# a remark\necho after", "after\n");
    lines.put("", "");
    lines.put(" \n\t\n", "");
    lines.put("\necho after an empty line\n\n", "after an empty line\n");
    lines.put("echo one\necho two\nif true; then\n  echo three\nfi", "one\ntwo\nthree\n");
    lines.put("cat <<'EOF'\nit's $HOME `x` \\\nEOF", "it's $HOME `x` \\\n");
    lines.put("v=7; cat <<EOF && echo done\nvalue $v\nEOF\necho more", "value 7\ndone\nmore\n");
    lines.put("printf %s 'trailing backslash '\\\\", "trailing backslash \\");
    lines.put("printf %s 'ünïcödé ☃ 🦊 Ł\u0081\u0088'", "ünïcödé ☃ 🦊 Ł\u0081\u0088");
    lines.put("cd /bin && echo s[h] 's[h]' [z]zz*", "sh s[h] [z]zz*\n");
    lines.put("echo $# \"$*\"", "0 \n");
    lines.put("set -- a 'b c'; echo $#", "2\n");
    lines.put("(exit 3) || echo $?", "3\n");
    lines.put("f() { echo \"f:$1\"; }; f x | tr f g", "g:x\n");
    lines.put("echo '~' '!' '!!' '{a,b}' '<' '>' '|' '&' '*'", "~ ! !! {a,b} < > | & *\n");
    lines.put("printf '\\001\\033[1m\\177\\r\\n'", "\001\033[1m\177\r\n");
    lines.put("cat", "");
    return Stream.of(Setting.values())
        .flatMap(
            setting ->
                lines.entrySet().stream()
                    .map(line -> Arguments.of(setting, line.getKey(), line.getValue())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lines")
  void runsALineAsItIs(Setting setting, String line, String output) throws Exception {
    Result result = run(setting, RemoteCommand.of(line), NOTHING);

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo(output);
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void passesOnTheStatusOfALine(Setting setting) throws Exception {
    assertThat(run(setting, RemoteCommand.of("exit 7"), NOTHING).exitCode()).isEqualTo(7);
    assertThat(run(setting, RemoteCommand.of("false"), NOTHING).exitCode()).isEqualTo(1);
    assertThat(run(setting, RemoteCommand.of("exit"), NOTHING).exitCode()).isZero();
    assertThat(run(setting, RemoteCommand.of("-n"), NOTHING).exitCode()).isEqualTo(127);
    assertThat(run(setting, RemoteCommand.of("kill -9 $$"), NOTHING).exitCode()).isEqualTo(137);
  }

  @ParameterizedTest
  @EnumSource
  void leavesASyntaxErrorToTheShell(Setting setting) throws Exception {
    Result result = run(setting, RemoteCommand.of("echo 'open\necho after"), NOTHING);

    assertThat(result.exitCode()).isBetween(1, 127);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void passesEveryArgumentByteForByte(Setting setting) throws Exception {
    List<String> arguments = arguments();
    List<String> words = new ArrayList<>(List.of("printf", "%s\\0"));
    words.addAll(arguments);

    Result result = run(setting, new RemoteCommand(words, Map.of(), null), NOTHING);

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(List.of(result.out().split("\0", -1)).subList(0, arguments.size()))
        .isEqualTo(arguments);
    assertThat(result.out()).endsWith("\0").hasSize(String.join("\0", arguments).length() + 1);
  }

  private static List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("");
    arguments.addAll(List.of(" ", "\t", "\n", "\r\n", "a\nb", "trailing\n\n", "'", "''", "it's"));
    arguments.addAll(List.of("'\\''", "\"", "\\", "\\\\'", "$HOME", "${x}", "$(echo no)", "`no`"));
    arguments.addAll(List.of("a;b", "a&", "|", "<in", ">out", "*", "?", "[a-z]*", "~", "~root"));
    arguments.addAll(List.of("!", "!!", "#", "# remark", "-n", "--", "-e", "{a,b}", "a=b", "%s%n"));
    arguments.addAll(List.of("ünïcödé ☃ 🦊", "Łódź ŉ ā ł", "\001\002\033[31m\177"));
    arguments.add("\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089");
    arguments.add("x".repeat(10_000));
    Random random = new Random(4711);
    String alphabet = "'\"\\$`!;&|<>()[]{}*?~#%= \t\n-aé☃\001";
    for (int i = 0; i < 300; i++) {
      StringBuilder word = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        word.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      arguments.add(word.toString());
    }
    return arguments;
  }

  @ParameterizedTest
  @EnumSource
  void runsACommandFarLongerThanAnArgumentMayBe(Setting setting) throws Exception {
    String text = "long 'text' $HOME `x` \\ Ł\u0081 ☃\n".repeat(40_000);
    String line = "cat <<'END'\n" + text + "END\ncat >copy; exit 5\n\n";
    byte[] input = new byte[70_000];
    new Random(1).nextBytes(input);
    assertThat(text.getBytes(UTF_8).length).isGreaterThan(1024 * 1024);

    Result result = run(setting, RemoteCommand.of(line), input);

    assertThat(result.err()).isEmpty();
    assertThat(result.bytes()).isEqualTo(text.getBytes(UTF_8));
    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(home.resolve("copy")).hasBinaryContent(input);
  }

  @ParameterizedTest
  @EnumSource
  void passesManyArgumentsThatAreTooLongTogether(Setting setting) throws Exception {
    List<String> words = new ArrayList<>(List.of("printf", "%s\\0"));
    for (int i = 0; i < 3; i++) {
      words.addAll(arguments().stream().map(word -> word + "'\\\n".repeat(40)).toList());
    }

    Result result = run(setting, new RemoteCommand(words, Map.of(), null), NOTHING);

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo(String.join("\0", words.subList(2, words.size())) + "\0");
  }

  @ParameterizedTest
  @EnumSource
  void doesNotRunPartOfALongCommand(Setting setting) throws Exception {
    OverlayCommand whole =
        command(setting, RemoteCommand.of("echo part\n" + "echo x\n".repeat(50_000)));
    OverlayCommand part =
        new OverlayCommand(whole.text(), whole.input().substring(0, whole.input().length() - 5));

    Result result = run(setting, part, NOTHING);

    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("did not arrive whole");
  }

  @ParameterizedTest
  @EnumSource
  void runsInTheHomeDirectoryOfALoginShell(Setting setting) throws Exception {
    Files.writeString(home.resolve(".profile"), "FROM_PROFILE=read; cd /\n");

    Result result = run(setting, RemoteCommand.of("pwd; echo $FROM_PROFILE $IN_OVERLAY"), NOTHING);

    assertThat(result.out())
        .isEqualTo(home.toRealPath() + "\nread" + (setting.inOverlay ? " yes" : "") + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void setsTheEnvironmentAndTheWorkingDirectory(Setting setting) throws Exception {
    Files.writeString(home.resolve(".profile"), "A=profile; export A; CDPATH=/; export CDPATH\n");
    Path workdir = Files.createDirectories(home.resolve("it's -here/bin"));
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("A", "it's \"$HOME\" `x` \\\nsecond ☃");
    environment.put("_b2", "");
    List<String> words = List.of("sh", "-c", "printf '%s|%s|' \"$A\" \"${_b2-unset}\"; pwd");

    Result result = run(setting, new RemoteCommand(words, environment, "it's -here/bin"), NOTHING);

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo("it's \"$HOME\" `x` \\\nsecond ☃||" + workdir.toRealPath() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "-x", "--", "bin"})
  void takesAWorkingDirectoryWithAnyName(String name) throws Exception {
    Path workdir = Files.createDirectories(home.resolve(name));

    Result result =
        run(Setting.SH_OUTSIDE, new RemoteCommand(List.of("pwd"), Map.of(), name), NOTHING);

    assertThat(result.out()).isEqualTo(workdir.toRealPath() + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void runsNothingWhereThereIsNoSuchWorkingDirectory(Setting setting) throws Exception {
    Result result =
        run(setting, new RemoteCommand(List.of("echo ran"), Map.of(), "no/such"), NOTHING);

    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("no/such");
  }

  @Test
  void marksEveryProcessOfTheCommand() throws Exception {
    Result result = run(Setting.SH_OUTSIDE, RemoteCommand.of("sh -c env"), NOTHING);

    assertThat(result.out()).contains("MAGS_EXEC_ID=" + ID + "\n");
  }

  /** Needs root and a busybox that is linked statically. */
  @Test
  void entersARealOverlay() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root") && find("busybox") != null,
        "SKIPPED: needs root and busybox");
    Path overlay = directory.resolve("overlay");
    Path bin = Files.createDirectories(overlay.resolve("bin"));
    Files.createDirectories(overlay.resolve("root"));
    Files.copy(find("busybox"), bin.resolve("busybox"));
    assertThat(bin.resolve("busybox").toFile().setExecutable(true)).isTrue();
    for (String applet : List.of("sh", "ls", "cat", "dd", "pwd")) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Files.createDirectories(overlay.resolve("dev"));
    Files.delete(programs.resolve("chroot"));
    String line = "echo \"it's\" $HOME; pwd; ls /; cat; : '" + "x".repeat(200_000) + "'";

    OverlayCommand command = OverlayCommand.of(RemoteCommand.of(line), ID, overlay.toString());
    Result result = run(Setting.BUSYBOX_OUTSIDE, command, "input".getBytes(UTF_8));

    assumeTrue(!result.err().contains("chroot"), "SKIPPED: chroot does not work here");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("it's /root\n/root\nbin\ndev\nroot\ninput");
  }

  private Result run(Setting setting, RemoteCommand command, byte[] input) throws Exception {
    return run(setting, command(setting, command), input);
  }

  private OverlayCommand command(Setting setting, RemoteCommand command) throws IOException {
    assumeTrue(find(setting.shell.split(" ", -1)[0]) != null, "SKIPPED: no " + setting.shell);
    if (setting.inOverlay) {
      Files.createDirectories(directory.resolve("overlay/bin"));
    }
    OverlayCommand made = OverlayCommand.of(command, ID, directory.resolve("overlay").toString());
    assertThat(made.text()).contains(" /bin/sh -l -c '");
    int place = made.text().indexOf(" /bin/sh -l -c '") + 1;
    String text =
        made.text().substring(0, place)
            + setting.shell
            + made.text().substring(place + "/bin/sh".length());
    assertThat(text.getBytes(UTF_8).length).isLessThan(128 * 1024);
    return new OverlayCommand(text, made.input());
  }

  private Result run(Setting setting, OverlayCommand command, byte[] input) throws Exception {
    List<String> words = new ArrayList<>(setting.login());
    words.addAll(List.of("-c", command.text()));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", home.toString());
    Process process = builder.directory(home.toFile()).start();
    Thread feeder = new Thread(() -> feed(process, command.inputBytes(), input));
    feeder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    feeder.join();
    return new Result(
        process.exitValue(), Files.readString(out, ISO_8859_1), Files.readString(err));
  }

  private static void feed(Process process, byte[] first, byte[] second) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(first);
      stdin.write(second);
    } catch (IOException notTaken) {
      // The command has ended without reading everything.
    }
  }

  private static Path find(String program) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      Path path = Path.of(place, program);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    return null;
  }
}
