package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.Far.Done;
import run.mags.ssh.SshException.Reason;
import run.mags.terminal.OutputException;
import run.mags.testing.OpenSshServer;

/** Commands over a real OpenSSH server. */
@Timeout(90)
final class RemoteProcessIT {
  @TempDir static Path directory;
  private static Far far;

  @BeforeAll
  static void start() throws Exception {
    far = Far.start(directory);
  }

  @AfterAll
  static void stop() {
    if (far != null) {
      far.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 42, 124, 125, 126, 127, 128, 130, 137, 143, 200, 254, 255})
  void returnsTheExitStatus(int status) {
    assertThat(far.run("echo x; exit " + status)).isEqualTo(new Done(status, "x\n", ""));
  }

  /** OpenSSH has no name for BUS and says so. */
  @ParameterizedTest
  @CsvSource({
    "HUP,129",
    "INT,130",
    "QUIT,131",
    "ABRT,134",
    "KILL,137",
    "USR1,138",
    "SEGV,139",
    "PIPE,141",
    "ALRM,142",
    "TERM,143",
    "BUS,128"
  })
  void returnsTheSignal(String name, int status) {
    assertThat(far.run("kill -" + name + " $$")).isEqualTo(new Done(status, "", ""));
  }

  @Test
  void keepsOutputAndErrorApartAndComplete() {
    assertThat(far.run("printf 'out, no line end'; printf 'err\\n\\n' >&2; exit 9"))
        .isEqualTo(new Done(9, "out, no line end", "err\n\n"));
  }

  @Test
  void showsTheEndOfInputAtOnceWhenThereIsNone() {
    assertThat(far.run("cat; wc -c")).isEqualTo(new Done(0, "0\n", ""));
    assertThat(far.run("wc -c", new byte[0])).isEqualTo(new Done(0, "0\n", ""));
  }

  @Test
  void passesInputOnByteForByte() {
    byte[] every = new byte[256 * 3 + 1];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    assertEchoes("no line end".getBytes(UTF_8));
    assertEchoes("ünïcödé ☃\n".getBytes(UTF_8));
    assertEchoes(new byte[] {0, (byte) 0xff, 0, 10});
    assertEchoes(every);
  }

  @ParameterizedTest
  @ValueSource(ints = {32768, 65535, 65536, 65537, 2097152, 2097153, 16777216})
  void passesOnMoreInputThanAnyWindowHolds(int size) {
    byte[] input = new byte[size];
    new Random(size).nextBytes(input);
    assertEchoes(input);
  }

  private static void assertEchoes(byte[] input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        far.connection.exec(
            RemoteCommand.of("cat; echo end >&2"),
            new ExecStreams(new ByteArrayInputStream(input), out, err),
            Far.LONG);
    assertThat(out.size()).isEqualTo(input.length);
    assertThat(Arrays.equals(out.toByteArray(), input)).isTrue();
    assertThat(err.toString(UTF_8)).isEqualTo("end\n");
    assertThat(status).isZero();
  }

  @Test
  void doesNotWaitForInputThatTheCallerKeepsOpen() throws Exception {
    try (PipedOutputStream keptOpen = new PipedOutputStream()) {
      PipedInputStream input = new PipedInputStream(keptOpen);
      keptOpen.write("one\ntwo\n".getBytes(UTF_8));
      keptOpen.flush();

      assertThat(far.feed("head -n 1; exit 4", input)).isEqualTo(new Done(4, "one\n", ""));
    }
  }

  @Test
  void takesNoOffenceAtACommandThatDoesNotReadItsInput() {
    assertThat(far.feed("true", endless())).isEqualTo(new Done(0, "", ""));
    assertThat(far.feed("exec <&-; sleep 0.3; echo done; exit 6", endless()))
        .isEqualTo(new Done(6, "done\n", ""));
    assertThat(far.feed("head -c 3 | od -c | head -n 1; exit 2", endless()).exitCode())
        .isEqualTo(2);
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 'y';
      }

      @Override
      public int read(byte[] bytes, int offset, int count) {
        return count;
      }
    };
  }

  @Test
  void stopsTheCommandWhenTheInputCannotBeRead() throws Exception {
    Pids pids = new Pids();
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("it is broken");
          }

          @Override
          public int read(byte[] bytes, int offset, int count) throws IOException {
            try {
              pids.await(1);
            } catch (InterruptedException impossible) {
              throw new IllegalStateException(impossible);
            }
            return read();
          }
        };

    CliException failure =
        catchThrowableOfType(
            CliException.class,
            () ->
                far.connection.exec(
                    RemoteCommand.of("echo $$; sleep 1000; cat"),
                    new ExecStreams(broken, pids, pids),
                    Far.LONG));

    assertThat(failure.kind()).isEqualTo(ErrorKind.FILE);
    assertThat(failure).hasMessage("cannot read the input: it is broken");
  }

  @Test
  void runsACommandOfAMegabyteAndLeavesItsInputAlone() {
    String text = "it's a long one\n".repeat(70_000);
    assertThat(far.run("wc -c <<'END'\n" + text + "END\ncat\n", "in\0put".getBytes(UTF_8)))
        .isEqualTo(new Done(0, text.length() + "\nin\0put", ""));
    assertThat(far.run(": '" + text.replace('\'', ' ') + "'; cat")).isEqualTo(new Done(0, "", ""));
  }

  @Test
  void showsOutputAsItComes() throws Exception {
    Pids pids = new Pids();
    RemoteProcess process = far.start("echo $$; read -r wait_for_ever </dev/zero", pids);

    List<ProcessHandle> started = pids.await(1);
    assertThat(process.stop("KILL", Duration.ZERO)).isTrue();
    assertThat(process.waitFor(Far.LONG)).isEqualTo(137);
    Pids.assertGone(started);
  }

  @Test
  void runsManyCommandsAtATime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Done>> all = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        String word = Integer.toString(i);
        all.add(threads.submit(() -> far.run("cat; exit " + word, word.getBytes(UTF_8))));
      }
      for (int i = 0; i < all.size(); i++) {
        assertThat(all.get(i).get()).isEqualTo(new Done(i, Integer.toString(i), ""));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void doesNotWaitForWhatTheCommandLeavesBehind() throws Exception {
    Pids pids = new Pids();
    RemoteProcess process = far.start("sleep 1000 & echo $!; exit 3", pids);

    assertThat(process.waitFor(Far.LONG)).isEqualTo(3);
    assertThat(process.isOutputCut()).isFalse();
    pids.await(1).forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void takesWhatAFilterPassesOnAfterTheCommandHasExited() {
    String lines = "mkfifo $$.p; (while read l; do sleep 0.01; echo $l; done) <$$.p & exec >$$.p; ";

    assertThat(far.run("cd \"$(mktemp -d)\"; " + lines + "seq 100").out()).hasLineCount(100);
    assertThat(far.run("cd \"$(mktemp -d)\"; mkfifo p; (sleep 0.5; cat) <p & exec >p; echo hi"))
        .isEqualTo(new Done(0, "hi\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"while echo talk; do sleep 0.01; done", "yes", "yes >&2"})
  void doesNotWaitForWhatTalksOnAfterTheCommand(String talk) throws Exception {
    OutputStream nowhere = OutputStream.nullOutputStream();
    RemoteProcess process =
        far.connection.start(
            RemoteCommand.of("(" + talk + ") & exit 3"),
            new ExecStreams(null, nowhere, nowhere),
            Far.LONG);

    assertThat(process.waitFor(Far.LONG)).isEqualTo(3);
    assertThat(process.isOutputCut()).isTrue();
  }

  @Test
  void keepsEverythingWrittenBeforeTheExitThoughSomethingHoldsTheOutput() {
    for (int i = 0; i < 5; i++) {
      Done done =
          far.run("(sleep 5 & echo $! >&2); head -c 3000000 /dev/zero | tr '\\0' x; printf end");

      ProcessHandle.of(Long.parseLong(done.err().trim())).ifPresent(ProcessHandle::destroyForcibly);
      assertThat(done.out()).hasSize(3_000_003).endsWith("xend");
    }
  }

  @Test
  void stopsTheCommandWhenNobodyReadsItsOutput() throws Exception {
    Pids first = new Pids();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    OutputException failure =
        catchThrowableOfType(
            OutputException.class,
            () ->
                far.connection.exec(
                    RemoteCommand.of(
                        "trap 'echo last words >&2; exit' TERM; echo $$; while :; do echo y; done"),
                    new ExecStreams(null, closedAfterALine(first), err),
                    Far.LONG));

    assertThat(failure.readerGone()).isTrue();
    Pids.assertGone(first.numbers(1).stream().flatMap(Pids::process).toList());
    assertThat(err.toString(UTF_8)).isEqualTo("last words\n");
  }

  @Test
  void saysThatTheOutputCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    OutputException failure =
        catchThrowableOfType(
            OutputException.class,
            () ->
                far.connection.exec(
                    RemoteCommand.of("yes"), new ExecStreams(null, full, full), Far.LONG));

    assertThat(failure.readerGone()).isFalse();
    assertThat(failure).hasMessageContaining("No space left on device");
  }

  private static OutputStream closedAfterALine(OutputStream stream) {
    return new OutputStream() {
      private boolean closed;

      @Override
      public void write(int b) throws IOException {
        if (closed) {
          throw new IOException("Broken pipe");
        }
        closed = b == '\n';
        stream.write(b);
      }
    };
  }

  @Test
  void endsACommandThatTakesTooLongAndAllThatItStarted() throws Exception {
    Pids pids = new Pids();
    RemoteProcess process =
        far.start(
            "sleep 1000 & echo $!;"
                + "setsid sh -c 'echo $$; sleep 1000' & "
                + "sh -c 'trap \"\" TERM HUP INT; echo $$; sleep 1000; sleep 1000' & "
                + "(sleep 1000 >/dev/null 2>&1 </dev/null & echo $!);"
                + "echo $$; wait",
            pids);
    List<ProcessHandle> started = pids.await(5);

    SshException failure =
        catchThrowableOfType(SshException.class, () -> process.waitFor(Duration.ofMillis(100)));

    assertThat(failure.reason()).isEqualTo(Reason.COMMAND_TIMEOUT);
    assertThat(failure.kind()).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(failure).hasMessage("the command did not end within 100 ms");
    assertThat(failure.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("was ended"));
    assertThat(failure.begun()).isTrue();
    assertThat(failure.retryable()).isFalse();
    Pids.assertGone(started);
  }

  @Test
  void givesACommandTimeToEndByItself() throws Exception {
    Pids pids = new Pids();
    RemoteProcess process =
        far.start(
            "trap 'sleep 0.3; echo 1; exit 5' TERM; echo $$; while :; do sleep 0.1; done", pids);
    pids.await(1);

    process.stop("TERM", Duration.ofSeconds(20));

    assertThat(process.waitFor(Far.LONG)).isEqualTo(5);
    assertThat(pids.toString()).endsWith("\n1\n");
  }

  @Test
  void passesASignalOnToTheCommandAndItsChildren() throws Exception {
    Pids pids = new Pids();
    RemoteProcess process =
        far.start("trap 'exit 9' INT; echo $$; sh -c 'echo $$; exec sleep 1000'", pids);
    List<ProcessHandle> started = pids.await(2);

    assertThat(process.signal("INT")).isTrue();

    assertThat(process.waitFor(Far.LONG)).isEqualTo(9);
    Pids.assertGone(started);
  }

  @Test
  void saysThatTheConnectionWasLostAndNeverThatTheCommandSucceeded() throws Exception {
    try (Far other = Far.start(directory.resolve("lost"))) {
      Pids pids = new Pids();
      RemoteProcess process = other.start("echo $$; exec sleep 1000", pids);
      List<ProcessHandle> started = pids.await(1);

      other.server.sessions().forEach(ProcessHandle::destroyForcibly);

      SshException failure =
          catchThrowableOfType(SshException.class, () -> process.waitFor(Far.LONG));
      started.forEach(ProcessHandle::destroyForcibly);
      assertThat(failure.reason()).isEqualTo(Reason.LOST);
      assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
      assertThat(failure.begun()).isTrue();
      assertThat(failure.retryable()).isFalse();
      assertThat(failure).hasMessageContaining("was lost before the command had ended (");
      assertThat(other.connection.isOpen()).isFalse();
      assertThat(process.signal("TERM")).isFalse();

      SshException next = catchThrowableOfType(SshException.class, () -> other.run("echo x"));
      assertThat(next.reason()).isEqualTo(Reason.LOST);
      assertThat(next.begun()).isFalse();
      assertThat(next.retryable()).isTrue();
    }
  }

  @Test
  void survivesManyChangesOfKeys() throws Exception {
    try (Far other = Far.start(directory.resolve("rekeying"), "RekeyLimit 200K")) {
      byte[] input = new byte[3 * 1024 * 1024];
      new Random(1).nextBytes(input);
      for (int i = 0; i < 2; i++) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status =
            other.connection.exec(
                RemoteCommand.of("cat; sleep 3 & exit 7"),
                new ExecStreams(new ByteArrayInputStream(input), out, out),
                Far.LONG);

        assertThat(out.size()).isEqualTo(input.length);
        assertThat(Arrays.equals(out.toByteArray(), input)).isTrue();
        assertThat(status).isEqualTo(7);
      }
    }
  }

  /** OpenSSH signals no forced command. */
  @Test
  void passesASignalOnWhereTheServerDoesNot() throws Exception {
    try (Far other =
        Far.start(
            directory.resolve("forced"), "ForceCommand /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"")) {
      Pids pids = new Pids();
      RemoteProcess process =
          other.start("trap 'exit 9' USR1; echo $$; sh -c 'echo $$; exec sleep 1000'", pids);
      List<ProcessHandle> started = pids.await(2);

      assertThat(process.signal("USR1")).isTrue();
      assertThat(process.waitFor(Far.LONG)).isEqualTo(9);
      Pids.assertGone(started);

      Pids slowPids = new Pids();
      RemoteProcess slow = other.start("echo $$; sleep 1000", slowPids);
      List<ProcessHandle> more = slowPids.await(1);
      assertThat(catchThrowableOfType(SshException.class, () -> slow.waitFor(Duration.ofMillis(1))))
          .hasMessage("the command did not end within 1 ms");
      Pids.assertGone(more);
    }
  }

  @Test
  void saysThatTheServerRefusesCommands() throws Exception {
    try (Far other = Far.start(directory.resolve("refusing"), "MaxSessions 0")) {
      SshException failure = catchThrowableOfType(SshException.class, () -> other.run("echo x"));

      assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
      assertThat(failure.begun()).isFalse();
      assertThat(failure).hasMessageContaining("opens no more channels");
      assertThat(other.connection.isOpen()).isTrue();
    }
  }

  @Test
  void doesNotSendACommandWhoseTimeIsOver() throws Exception {
    Path trace = directory.resolve("it-ran");
    try (Far other = Far.start(directory.resolve("slow"))) {
      other.run("true");
      other.server.sessions().forEach(session -> signal(session, "STOP"));
      SshException failure =
          catchThrowableOfType(
              SshException.class,
              () ->
                  other.connection.exec(
                      RemoteCommand.of("echo ran >" + trace),
                      new ExecStreams(null, System.out, System.err),
                      Duration.ofMillis(100)));
      other.server.sessions().forEach(session -> signal(session, "CONT"));

      assertThat(failure.reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
      assertThat(failure.begun()).isFalse();
      assertThat(other.run("echo later")).isEqualTo(new Done(0, "later\n", ""));
      assertThat(trace).doesNotExist();
    }
  }

  @Test
  void findsOutThatTheOtherSideIsDead() throws Exception {
    Path place = directory.resolve("dead");
    try (OpenSshServer server = OpenSshServer.start(place.resolve("server"));
        SshConnection connection =
            new SshExecutor(new HostKeyPolicy(place.resolve("known_hosts")), null, 100)
                .connect(server.target("vm-1"), Far.LONG)) {
      Pids pids = new Pids();
      RemoteProcess process =
          connection.start(
              RemoteCommand.of("echo $$; sleep 1; echo $$; exec sleep 1000"),
              new ExecStreams(endless(), pids, pids),
              Far.LONG);
      // Much longer than the silence that is put up with: the server did answer.
      List<ProcessHandle> started = pids.await(1, 1);
      server.sessions().forEach(session -> signal(session, "STOP"));

      SshException failure =
          catchThrowableOfType(SshException.class, () -> process.waitFor(Far.LONG));

      started.forEach(ProcessHandle::destroyForcibly);
      assertThat(failure.reason()).isEqualTo(Reason.LOST);
      assertThat(failure).hasMessageContaining("no sign of life");
    }
  }

  private static void signal(ProcessHandle process, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** In a Java machine whose memory would not hold a third of it. */
  @Test
  void passesOnMoreThanTheMemoryHolds() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx20m",
                "-cp",
                System.getProperty("java.class.path"),
                ManyBytes.class.getName(),
                Integer.toString(far.server.port()),
                "67108864")
            .redirectErrorStream(true)
            .start();
    try (OutputStream key = process.getOutputStream()) {
      key.write(far.server.target(null).privateKey().getBytes(UTF_8));
    }

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("there and back: 67108864 bytes, as sent, exit status 7\n");
  }
}
