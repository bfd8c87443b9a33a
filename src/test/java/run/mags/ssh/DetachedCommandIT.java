package run.mags.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.DetachedState.Phase;
import run.mags.ssh.Far.Done;
import run.mags.ssh.SshException.Reason;

/** Commands that go on without a connection, in sandboxes of a real OpenSSH server. */
@Timeout(90)
final class DetachedCommandIT {
  @TempDir static Path directory;
  private static final Map<Place, Far> PLACES = new EnumMap<>(Place.class);

  /** Where a command runs. */
  enum Place {
    OUTSIDE,
    IN_OVERLAY
  }

  @AfterAll
  static void stop() {
    PLACES.values().forEach(Far::close);
  }

  private static Far far(Place place) throws Exception {
    if (!PLACES.containsKey(place)) {
      Path here = directory.resolve(place.name());
      PLACES.put(place, place == Place.OUTSIDE ? Far.start(here) : Far.startWithOverlay(here));
    }
    return PLACES.get(place);
  }

  private static DetachedCommand start(Far far, String... words) {
    DetachedCommand command = far.connection.detached(DetachedCommand.newId());
    command.start(RemoteCommand.of(words));
    return command;
  }

  private static Done output(DetachedCommand command, int tail, boolean follow) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExecStreams streams = new ExecStreams(null, out, err);
    OutputPart part = tail < 0 ? OutputPart.all(true, true) : command.lastLines(true, true, tail);
    int exitCode = command.output(streams, part, follow).waitFor(Far.LONG);
    return new Done(exitCode, out.toString(ISO_8859_1), err.toString(ISO_8859_1));
  }

  @ParameterizedTest
  @EnumSource
  void keepsOutputAndStatusOfACommand(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command =
        start(far, "pwd; printf 'a\\000\\377, no line end'; echo err >&2; exit 7");

    DetachedState state = command.awaitEnd(Far.LONG);

    assertThat(state.phase()).isEqualTo(Phase.EXITED);
    assertThat(state.exitCode()).isEqualTo(7);
    assertThat(state.ended()).isPresent();
    String home = far.run("pwd").out();
    Done all = new Done(0, home + "a\0ÿ, no line end", "err\n");
    assertThat(output(command, -1, false)).isEqualTo(all);
    assertThat(output(command, -1, true)).isEqualTo(all);
    assertThat(output(command, 0, true)).isEqualTo(new Done(0, "", ""));
    assertThat(output(command, 1, false)).isEqualTo(new Done(0, "a\0ÿ, no line end", "err\n"));
  }

  @ParameterizedTest
  @EnumSource
  void passesWordsAndEnvironmentOnByteForByte(Place place) throws Exception {
    List<String> words = List.of("", "it's", "$HOME `x`", "a\nb\n", "ünï ☃", "-n", "\\", "*", "#");
    List<String> all = new ArrayList<>(List.of("sh", "-c", "printf '%s\\0' \"$V\" \"$@\"", "sh"));
    all.addAll(words);
    DetachedCommand command = far(place).connection.detached(DetachedCommand.newId());

    command.start(new RemoteCommand(all, Map.of("V", "it's \"$x\"\n"), "/tmp"));

    assertThat(command.awaitEnd(Far.LONG).exitCode()).isZero();
    String printed = new String(output(command, -1, false).out().getBytes(ISO_8859_1), UTF_8);
    assertThat(printed).isEqualTo("it's \"$x\"\n\0" + String.join("\0", words) + "\0");
  }

  @ParameterizedTest
  @EnumSource
  void runsACommandOfAMegabyteAndKeepsNoCopy(Place place) throws Exception {
    Far far = far(place);
    String text = "it's a long one\n".repeat(70_000);

    DetachedCommand command = start(far, "wc -c <<'END'\n" + text + "END\nexit 3\n");

    assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(3);
    assertThat(output(command, -1, false)).isEqualTo(new Done(0, text.length() + "\n", ""));
    assertThat(far.run("ls .mags/exec/" + command.id()).out())
        .isEqualTo("process\nstatus\nstderr\nstdout\n");
  }

  @ParameterizedTest
  @EnumSource
  void isForItsOwnerOnlyWhateverTheCommandIsGiven(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command = start(far, "umask 027; umask; cat; wc -c");
    command.awaitEnd(Far.LONG);

    assertThat(output(command, -1, false).out()).isEqualTo("0027\n0\n");
    assertThat(far.run("umask 0; find .mags/exec -perm /077").out()).isEmpty();
    assertThat(output(start(far, "umask"), -1, true).out()).isEqualTo(far.run("umask").out());
  }

  @ParameterizedTest
  @EnumSource
  void goesOnWithoutTheConnection(Place place) throws Exception {
    Far far = far(place);
    String id = DetachedCommand.newId();
    try (SshConnection other =
        Far.executor(directory.resolve(place.name()))
            .connect(far.server.target("vm-1"), Far.LONG)) {
      other
          .detached(id)
          .start(RemoteCommand.of("echo begun; while ! [ -e go-on ]; do sleep 0.1; done; exit 5"));
    }
    DetachedCommand command = far.connection.detached(id);
    assertThat(command.state().phase()).isEqualTo(Phase.RUNNING);
    SshException failure =
        catchThrowableOfType(SshException.class, () -> command.awaitEnd(Duration.ofMillis(500)));
    assertThat(failure.reason()).isEqualTo(Reason.COMMAND_TIMEOUT);

    far.run("> go-on");

    assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(5);
    far.run("rm go-on");
  }

  @ParameterizedTest
  @EnumSource
  void followsWhatIsWrittenToItsEnd(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command =
        start(
            far,
            "n=0; while [ $n -lt 40 ]; do n=$((n+1)); echo $n; echo e$n >&2; sleep 0.02; done;"
                + " sleep 1000 & head -c 3000000 /dev/zero | tr '\\0' x; printf end");

    Done followed = output(command, -1, true);

    far.connection.endMarked(command.id(), "KILL", Duration.ofSeconds(2));
    assertThat(followed.exitCode()).isZero();
    assertThat(followed.out())
        .startsWith("1\n2\n3\n")
        .endsWith("40\n" + "x".repeat(3_000_000) + "end");
    assertThat(followed.err().lines()).hasSize(40).startsWith("e1").endsWith("e40");
  }

  /** As when the connection is lost in between, over and over again. */
  @ParameterizedTest
  @EnumSource
  void goesOnWhereItWasWithNothingMissingOrTwice(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command =
        start(far, "n=0; while [ $n -lt 3000 ]; do n=$((n+1)); echo $n; echo e$n >&2; done");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputPart part = OutputPart.all(true, true);
    for (boolean ended = false; !ended; ) {
      ended = command.state().phase() == Phase.EXITED;
      RemoteProcess shown = command.output(new ExecStreams(null, out, err), part, false);
      assertThat(shown.waitFor(Far.LONG)).isZero();
      part = part.after(shown);
    }
    assertThat(command.output(new ExecStreams(null, out, err), part, true).waitFor(Far.LONG))
        .isZero();

    assertThat(out.toString(US_ASCII).lines()).hasSize(3000).startsWith("1", "2").endsWith("3000");
    assertThat(err.toString(US_ASCII).lines()).hasSize(3000).startsWith("e1").endsWith("e3000");
    OutputPart last = command.lastLines(true, true, 2);
    assertThat(last.outFrom()).isEqualTo(out.size() - "2999\n3000\n".length());
    assertThat(last.errFrom()).isEqualTo(err.size() - "e2999\ne3000\n".length());
    assertThat(command.lastLines(true, true, 9999)).isEqualTo(OutputPart.all(true, true));
  }

  @ParameterizedTest
  @EnumSource
  void listsAllTheNewestFirst(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand ended = start(far, "exit 7");
    ended.awaitEnd(Far.LONG);
    DetachedCommand running = start(far, "sleep 1000");

    List<DetachedEntry> entries = far.connection.detached();

    running.stop(Duration.ofSeconds(1));
    assertThat(entries)
        .anyMatch(entry -> entry.id().equals(ended.id()) && entry.state().exitCode() == 7)
        .anyMatch(
            entry -> entry.id().equals(running.id()) && entry.state().phase() == Phase.RUNNING)
        .isSortedAccordingTo((a, b) -> Long.compare(b.state().begin(), a.state().begin()));
  }

  @ParameterizedTest
  @EnumSource
  void endsTheCommandAndItsChildrenAndKeepsTheStatus(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command =
        start(
            far,
            "trap 'echo bye; exit 9' TERM; echo $$; sleep 1000 & echo $!;"
                + " setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait; wait");
    List<ProcessHandle> started = pids(command, 3);

    assertThat(command.stop(Duration.ofSeconds(1))).isTrue();

    DetachedState state = command.awaitEnd(Far.LONG);
    assertThat(state.phase()).isEqualTo(Phase.EXITED);
    assertThat(state.exitCode()).isEqualTo(9);
    assertThat(output(command, 1, false).out()).isEqualTo("bye\n");
    Pids.assertGone(started);
  }

  private static List<ProcessHandle> pids(DetachedCommand command, int count) throws Exception {
    String printed = "";
    long end = System.nanoTime() + 20_000_000_000L;
    while (printed.lines().count() < count && System.nanoTime() < end) {
      printed = output(command, -1, false).out();
    }
    List<ProcessHandle> processes =
        printed.lines().map(Long::valueOf).flatMap(Pids::process).toList();
    assertThat(processes).hasSize(count);
    return processes;
  }

  @ParameterizedTest
  @EnumSource
  void recordsNothingButTheCommandsOwnWords(Place place) throws Exception {
    DetachedCommand command = start(far(place), "kill -KILL $$");

    assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(137);
    assertThat(output(command, -1, false)).isEqualTo(new Done(0, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void tellsThatAllWasKilledAndNeverThatItSucceeded(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command = start(far, "echo $$; echo $PPID; exec sleep 1000");
    List<ProcessHandle> both = pids(command, 2);

    // As the end of a machine does it: first who would have written the status.
    both.get(1).destroyForcibly();
    both.get(0).destroyForcibly();
    Pids.assertGone(both);

    assertThat(command.awaitEnd(Far.LONG).phase()).isEqualTo(Phase.LOST);
    assertThat(output(command, -1, true).out().lines()).hasSize(2);
  }

  /** After a restart, a process of the same number is another one. */
  @ParameterizedTest
  @EnumSource
  void isNotTakenInByAnotherProcessOfTheSameNumber(Place place) throws Exception {
    Far far = far(place);
    DetachedCommand command = start(far, "sleep 1000");
    String file = ".mags/exec/" + command.id() + "/process";
    String kept = far.run("cat " + file).out();

    far.run("read -r p t b f <" + file + "; echo $p $((t-1)) $b $f >" + file);
    assertThat(command.state().phase()).isEqualTo(Phase.LOST);
    far.run("read -r p t b f <" + file + "; echo $p $((t+1)) another-boot $f >" + file);
    assertThat(command.state().phase()).isEqualTo(Phase.LOST);

    far.run("cat >" + file, kept.getBytes(US_ASCII));
    assertThat(command.state().phase()).isEqualTo(Phase.RUNNING);
    assertThat(command.stop(Duration.ofSeconds(1))).isTrue();
    assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(143);
  }

  @Test
  void canBeInterruptedAsOthersCan() throws Exception {
    Far far = far(Place.OUTSIDE);
    DetachedCommand command = start(far, "echo begun; exec sleep 1000");

    far.connection.endMarked(command.id(), "INT", Duration.ofSeconds(5));

    assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(130);
  }

  @Test
  void knowsTheOthersWhereOneIsUnknown() throws Exception {
    Far far = far(Place.OUTSIDE);
    DetachedCommand last = start(far, "true");
    last.awaitEnd(Far.LONG);

    DetachedState state = far.connection.detached("0123456789abcdef").state();

    assertThat(state.phase()).isEqualTo(Phase.UNKNOWN);
    assertThat(state.known()).startsWith(last.id());
  }

  @Test
  void clearsAwayWhatEndedADayTooLongAgo() throws Exception {
    Far far = far(Place.OUTSIDE);
    DetachedCommand old = start(far, "true");
    old.awaitEnd(Far.LONG);
    DetachedCommand running = start(far, "sleep 1000");
    far.run("touch -d '9 days ago' .mags/exec/" + old.id() + " .mags/exec/" + running.id());

    start(far, "true").awaitEnd(Far.LONG);

    assertThat(old.state().phase()).isEqualTo(Phase.UNKNOWN);
    assertThat(running.state().phase()).isEqualTo(Phase.RUNNING);
    running.stop(Duration.ofSeconds(1));
  }

  @Test
  void saysWhyItCannotBeStarted() throws Exception {
    try (Far far = Far.start(directory.resolve("blocked"))) {
      far.run("echo a file >.mags");

      CliException failure = catchThrowableOfType(CliException.class, () -> start(far, "true"));

      assertThat(failure.kind()).isEqualTo(ErrorKind.REFUSED);
      assertThat(failure).hasMessageContaining(".mags");
    }
  }

  /** Bash's sshd start files and those of a login shell may print what is no answer. */
  @Test
  void isNotConfusedByStartFilesThatTalk() throws Exception {
    try (Far far = Far.start(directory.resolve("talking"))) {
      far.run("echo 'echo welcome' | tee .bashrc >.profile");

      DetachedCommand command = start(far, "exit 4");

      assertThat(command.awaitEnd(Far.LONG).exitCode()).isEqualTo(4);
    }
  }
}
