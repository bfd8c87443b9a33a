package run.mags.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.api.model.Json;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliProcess;
import run.mags.testing.FakeApi;
import run.mags.testing.KeeperProcess;
import run.mags.testing.OpenSshServer;

/** {@code exec} as a process, the way shells and agents have it: its signals and its pipes. */
@Timeout(120)
class ExecProcessIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir private Path directory;
  private OpenSshServer server;
  private FakeApi api;
  private boolean kept;
  private KeeperProcess keeper;
  private final List<Process> started = new ArrayList<>();

  /** Where commands of the sandbox run. */
  enum Place {
    OUTSIDE,
    IN_OVERLAY,
    /** As OUTSIDE, by a keeper. */
    KEPT
  }

  @AfterEach
  void close() {
    started.forEach(Process::destroyForcibly);
    if (keeper != null) {
      keeper.close();
    }
    if (api != null) {
      api.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private void begin(Place place) throws Exception {
    Path files = directory.resolve("server");
    server =
        place == Place.IN_OVERLAY
            ? OpenSshServer.startWithOverlay(files)
            : OpenSshServer.start(files);
    kept = place == Place.KEPT;
    api = new FakeApi();
    SshTarget target = server.target(null);
    api.answers(
            "{\"jobs\":[{\"request_id\":\""
                + ID
                + "\",\"name\":\"dev\",\"status\":\"running\",\"vm_id\":\"vm-1\"}],\"total\":1}")
        .answers(
            Json.write(
                Json.object()
                    .put("success", true)
                    .put("ssh_host", target.host())
                    .put("ssh_port", target.port())
                    .put("ssh_private_key", target.privateKey())));
    if (kept) {
      assertThat(end(start("mags", "exec", "dev", "true"))).isZero();
      keeper = KeeperProcess.awaitIn(directory.resolve("run"));
    }
  }

  /** A program with {@code mags} in its path; the first one to reach the sandbox asks the API. */
  private Process start(String... command) throws IOException {
    if (command[0].equals("mags")) {
      command[0] = CliProcess.image().resolve("bin/mags").toString();
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> env = builder.environment();
    env.keySet().removeIf(name -> name.startsWith("MAGS_"));
    env.put("HOME", directory.toString());
    env.put("XDG_RUNTIME_DIR", directory.resolve("run").toString());
    env.put("PATH", CliProcess.image().resolve("bin") + ":" + System.getenv("PATH"));
    env.put("MAGS_API_URL", api.url().toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    env.put("MAGS_KEEPER", kept ? "" : "off");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static int end(Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  private static String rest(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), US_ASCII);
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** What this process ignores, those that it starts ignore, too (proc(5), status). */
  private static boolean isIgnoredHere(int signal) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).trim(), 16) >> (signal - 1) & 1) == 1;
      }
    }
    return false;
  }

  private static List<ProcessHandle> processes(BufferedReader out, int count) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      found.add(ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow());
    }
    return found;
  }

  private static void assertGone(List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle each : processes) {
      each.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT,130,OUTSIDE",
    "TERM,143,OUTSIDE",
    "HUP,129,OUTSIDE",
    "INT,130,IN_OVERLAY",
    "TERM,143,IN_OVERLAY",
    "HUP,129,IN_OVERLAY",
    "INT,130,KEPT",
    "TERM,143,KEPT",
    "HUP,129,KEPT"
  })
  void aSignalEndsTheCommandAndItsChildren(String name, int status, Place place) throws Exception {
    assumeFalse(
        isIgnoredHere(status - 128),
        "SKIPPED: whoever runs this test has it ignore " + name + ", as nohup does");
    begin(place);
    Process mags =
        start(
            "mags",
            "exec",
            "dev",
            "echo $$; setsid sh -c 'echo $$; sleep 1000' & sh -c 'echo $$; sleep 1000; :'");
    BufferedReader out = new BufferedReader(new InputStreamReader(mags.getInputStream(), US_ASCII));
    List<ProcessHandle> far = processes(out, 3);

    signal(name, mags);

    assertThat(end(mags)).isEqualTo(status);
    assertGone(far);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeoutEndsTheCommandAndItsChildren(Place place) throws Exception {
    begin(place);
    Process mags =
        start("mags", "exec", "--timeout", "3s", "dev", "echo $$; sleep 1000 & echo $!; wait");
    BufferedReader out = new BufferedReader(new InputStreamReader(mags.getInputStream(), US_ASCII));
    List<ProcessHandle> far = processes(out, 2);

    assertThat(end(mags)).isEqualTo(124);
    assertGone(far);
  }

  @ParameterizedTest
  @EnumSource(names = {"OUTSIDE", "KEPT"})
  void aSecondSignalLeavesAtOnceAndTheCommandIsKilledAWhileAfterTheFirst(Place place)
      throws Exception {
    begin(place);
    Process mags =
        start("mags", "exec", "dev", "trap 'echo deaf' INT; echo $$; while :; do sleep 0.2; done");
    BufferedReader out = new BufferedReader(new InputStreamReader(mags.getInputStream(), US_ASCII));
    List<ProcessHandle> far = processes(out, 1);
    signal("INT", mags);
    assertThat(out.readLine()).isEqualTo("deaf");
    // Within a fifth of a second it would count as the same wish.
    assertThat(mags.waitFor(600, TimeUnit.MILLISECONDS)).isFalse();
    long begun = System.nanoTime();

    signal("INT", mags);

    assertThat(end(mags)).isEqualTo(130);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(5);
    // On a busy machine a note on the way there may stand before it.
    assertThat(mags.errorReader().lines())
        .endsWith("warning: left without the command's end; it may still be running");
    // Over there it is given ten seconds; looking for it takes some time, too.
    far.get(0).onExit().get(40, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatLeavesEndsItQuietly(Place place) throws Exception {
    begin(place);
    Process shell =
        start(
            "bash", "-c", "mags exec dev 'echo $$; exec yes' | head -1; echo \"${PIPESTATUS[0]}\"");
    BufferedReader out =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), US_ASCII));
    String pid = out.readLine();

    assertThat(out.readLine()).isEqualTo("141");
    assertThat(end(shell)).isZero();
    assertThat(shell.getErrorStream().readAllBytes()).isEmpty();
    assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void inputThatIsLeftOpenDoesNotKeepItNorDoesASlowOneLoseAnything(Place place) throws Exception {
    begin(place);
    Process mags = start("mags", "exec", "dev", "read a; echo \"<$a>\"; read b; echo \"<$b>\"");
    BufferedReader out = new BufferedReader(new InputStreamReader(mags.getInputStream(), US_ASCII));
    OutputStream in = mags.getOutputStream();

    in.write("one\n".getBytes(US_ASCII));
    in.flush();
    assertThat(out.readLine()).isEqualTo("<one>");
    for (char c : "two\n".toCharArray()) {
      in.write(c);
      in.flush();
    }
    assertThat(out.readLine()).isEqualTo("<two>");

    assertThat(end(mags)).isZero();
    in.close();
  }

  @ParameterizedTest
  @EnumSource
  void aLoopKeepsItsInputWithN(Place place) throws Exception {
    begin(place);
    Process shell =
        start(
            "sh",
            "-c",
            "printf 'a\\nb\\nc' | while read -r x || [ \"$x\" ]; do"
                + " mags exec -n dev \"cat; echo got $x\"; done");

    assertThat(rest(shell)).isEqualTo("got a\ngot b\ngot c\n");
    assertThat(end(shell)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aMegabyteOfCommandRunsWithItsInputUntouched(Place place) throws Exception {
    begin(place);
    String text = "it's $HOME `x` \\ a long one\n".repeat(40_000);
    Files.writeString(directory.resolve("script"), "cat <<'END'\n" + text + "END\ncat; exit 6\n");
    Process shell = start("sh", "-c", "echo input | mags exec --script script dev; echo status $?");

    assertThat(rest(shell)).isEqualTo(text + "input\nstatus 6\n");
    assertThat(end(shell)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatItLeavesInTheBackgroundDoesNotKeepItThoughItHoldsTheOutput(Place place)
      throws Exception {
    begin(place);
    Process shell =
        start("sh", "-c", "mags exec dev 'sleep 1000 & echo $!; exit 3'; echo status $?");
    BufferedReader out =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), US_ASCII));

    List<ProcessHandle> left = processes(out, 1);

    assertThat(out.readLine()).isEqualTo("status 3");
    assertThat(left).allMatch(ProcessHandle::isAlive);
    left.forEach(ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryThatCannotBeEnteredIsAFailureOfItsOwn(Place place) throws Exception {
    begin(place);
    String complaint = "error: the directory '/no/such' in the sandbox cannot be entered\n";

    for (String terminal : new String[] {"", "-t "}) {
      Process mags =
          start("sh", "-c", "mags exec " + terminal + "--workdir /no/such dev 'echo ran'; echo $?");
      assertThat(rest(mags)).isEqualTo("125\n");
      assertThat(new String(mags.getErrorStream().readAllBytes(), US_ASCII))
          .startsWith(complaint)
          .contains("hint: the command was not run");
    }
    Process json =
        start("sh", "-c", "mags exec --json --workdir /no/such dev 'echo ran' 2>&1; echo $?");
    assertThat(rest(json))
        .startsWith("{\"error\":{\"kind\":\"refused\",")
        .contains("\"stdout\":\"\"", "\"stderr\":\"\"")
        .endsWith("}\n125\n");
    Process own =
        start(
            "sh",
            "-c",
            "mags exec --workdir / dev 'pwd; printf \"\\036$MAGS_EXEC_ID\\036\\036\" >&2; exit 125'"
                + " 2>err; echo $?; wc -c <err");
    assertThat(rest(own)).isEqualTo("/\n125\n19\n");
  }
}
