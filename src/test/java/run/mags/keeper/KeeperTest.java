package run.mags.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.config.OwnerOnly;
import run.mags.terminal.Terminal;
import run.mags.testing.CliResult;
import run.mags.testing.FakeTerminal;

/** A keeper and its callers in one process, over a real socket, with a program of the test's. */
@Timeout(60)
class KeeperTest {
  private static final String[] LIST = {"list"};
  private static final String[] EXEC = {"exec", "box", "true"};

  @TempDir private Path temp;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong slept = new AtomicLong();
  private final AtomicInteger woken = new AtomicInteger();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private KeeperSocket socket;
  private Keeper keeper;

  @BeforeEach
  void makeDirectory() throws IOException {
    Path directory = temp.resolve("k");
    OwnerOnly.createDirectories(directory);
    socket = KeeperSocket.in(directory, Map.of());
  }

  @AfterEach
  void end() throws IOException {
    Files.deleteIfExists(socket.path());
    if (keeper != null) {
      keeper.tick();
    }
  }

  /** A keeper whose calls do this, once it listens. */
  private void keep(ToIntFunction<KeptCall> calls) throws Exception {
    Program program =
        new Program() {
          @Override
          public int run(KeptCall call) {
            return calls.applyAsInt(call);
          }

          @Override
          public void tick() {}

          @Override
          public void woken() {
            woken.incrementAndGet();
          }

          @Override
          public void end() {
            ended.complete(null);
          }
        };
    keeper = new Keeper(socket, Map.of(), program, new Wall(), nanos::get);
    Thread thread = new Thread(this::run, "keeper");
    thread.setDaemon(true);
    thread.start();
    while (!keeper.isListening() && thread.isAlive()) {
      thread.join(1);
    }
  }

  private void run() {
    try {
      keeper.run();
    } catch (IOException broken) {
      ended.completeExceptionally(broken);
    }
  }

  /** The time of day: the monotonic clock, and what the machine has slept. */
  private final class Wall extends Clock {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(nanos.get() / 1_000_000 + slept.get());
    }
  }

  private int call(Terminal terminal, InputStream in, String... args) {
    return new Relay(terminal, in, Map.of("A", "é"), Path.of("/home/x"), Path.of("/tmp"))
        .run(socket, args);
  }

  private CliResult call(byte[] stdin, String... args) {
    FakeTerminal terminal = new FakeTerminal("");
    return terminal.result(call(terminal, new ByteArrayInputStream(stdin), args));
  }

  private static void print(OutputStream stream, String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Test
  void aCallHasTheWorldOfItsCaller() throws Exception {
    keep(
        call -> {
          print(call.terminal().out(), call.cwd() + " " + call.home() + " " + call.env());
          print(call.terminal().err(), Arrays.toString(call.args()));
          return call.terminal().outIsTerminal() ? 1 : 7;
        });

    CliResult result = call(new byte[0], "exec", "box", "it's é\n", "");

    assertThat(result.out()).isEqualTo("/tmp /home/x {A=é}");
    assertThat(result.err()).isEqualTo("[exec, box, it's é\n, ]");
    assertThat(result.exitCode()).isEqualTo(7);
  }

  @Test
  void bytesPassUntouchedBothWays() throws Exception {
    byte[] data = new byte[3_000_001];
    new Random(1).nextBytes(data);
    keep(
        call -> {
          try {
            call.terminal().in().transferTo(call.terminal().out());
            return 0;
          } catch (IOException broken) {
            return 9;
          }
        });

    assertThat(call(data, EXEC).outBytes()).isEqualTo(data);
  }

  @Test
  void noMoreIsReadThanTheProgramReads() throws Exception {
    keep(
        call -> {
          try {
            return call.terminal().in().readNBytes(3).length;
          } catch (IOException broken) {
            return 9;
          }
        });
    InputStream in = new ByteArrayInputStream("abcdef".getBytes(StandardCharsets.US_ASCII));

    assertThat(call(new FakeTerminal(""), in, EXEC)).isEqualTo(3);
    assertThat(in.readAllBytes()).asString().isEqualTo("def");
  }

  @Test
  void aWriteFailsAsItDoesWithTheCaller() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    keep(
        call -> {
          try {
            call.terminal().out().write('x');
            seen.complete("written");
          } catch (IOException failed) {
            seen.complete(failed.getMessage());
          }
          return 0;
        });
    Terminal full =
        new FakeTerminal("") {
          @Override
          public OutputStream out() {
            return new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            };
          }
        };

    call(full, InputStream.nullInputStream(), LIST);

    assertThat(seen.get()).isEqualTo("No space left on device");
  }

  @Test
  void anInterruptedProgramStillSaysItsLastWords() throws Exception {
    keep(
        call -> {
          Thread.currentThread().interrupt();
          print(call.terminal().err(), "interrupted\n");
          return Thread.interrupted() ? 130 : 0;
        });

    CliResult result = call(new byte[0], LIST);

    assertThat(result.err()).isEqualTo("interrupted\n");
    assertThat(result.exitCode()).isEqualTo(130);
  }

  @Test
  void whatNeedsTheTerminalIsHandedBackAndNothingIsShown() throws Exception {
    keep(
        call -> {
          call.terminal().screen();
          print(call.terminal().err(), "error: no terminal");
          return 1;
        });

    CliResult result = call(new byte[0], LIST);

    assertThat(result.exitCode()).isEqualTo(Relay.NOT_DONE);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aKeeperThatDiesIsALossOnlyWhereSomethingMayHaveBegun() throws Exception {
    keep(
        call -> {
          throw new IllegalStateException("dies without a word");
        });

    assertThat(call(new byte[0], LIST).exitCode()).isEqualTo(Relay.NOT_DONE);
    assertThat(call(new byte[0], EXEC).exitCode()).isEqualTo(Relay.LOST);
  }

  @Test
  void aCallerThatGoesIsAHangUp() throws Exception {
    CompletableFuture<String> signal = new CompletableFuture<>();
    CountDownLatch listening = new CountDownLatch(1);
    keep(
        call -> {
          call.signals().handle(List.of("HUP", "INT"), signal::complete);
          listening.countDown();
          return signal.join().length();
        });
    try (java.nio.channels.SocketChannel channel =
        java.nio.channels.SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
      Link link = new Link(channel);
      Request request =
          new Request(
              socket.key(), List.of(EXEC), Map.of(), "/", "/", List.of(false, false, false));
      link.send(Frame.REQUEST, request.encoded());
      assertThat(link.receive().kind).isEqualTo(Frame.TAKEN);
      link.send(Frame.GO);
      listening.await();
    }

    assertThat(signal.get(30, TimeUnit.SECONDS)).isEqualTo("HUP");
  }

  @Test
  void aCallFromAnotherJvmOrBuildIsNotTaken() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    keep(call -> runs.incrementAndGet());
    try (java.nio.channels.SocketChannel channel =
        java.nio.channels.SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
      Link link = new Link(channel);
      Request other =
          new Request("other", List.of(LIST), Map.of(), "/", "/", List.of(false, false, false));
      link.send(Frame.REQUEST, other.encoded());

      assertThat(link.receive().kind).isEqualTo(Frame.REFUSED);
    }
    assertThat(runs).hasValue(0);
  }

  @Test
  void otherSettingsOfJavaHaveAnotherKeeper() {
    Path directory = socket.directory();

    assertThat(KeeperSocket.in(directory, Map.of("TZ", "Asia/Tokyo")).path())
        .isNotEqualTo(socket.path());
    assertThat(KeeperSocket.in(directory, Map.of("MAGS_JAVA_OPTS", "-Dx=y")).path())
        .isNotEqualTo(socket.path());
    assertThat(KeeperSocket.in(directory, Map.of("OTHER", "x"))).isEqualTo(socket);
  }

  @Test
  void thereIsNoneWhereItIsOffOrCannotBe() {
    Path home = Path.of("/home/x");

    assertThat(KeeperSocket.of(Map.of(), home).directory()).hasToString("/home/x/.mags/run/keeper");
    assertThat(KeeperSocket.of(Map.of("XDG_RUNTIME_DIR", "/run/x"), home).directory())
        .hasToString("/run/x/mags/keeper");
    assertThat(KeeperSocket.of(Map.of("MAGS_KEEPER", "off"), home)).isNull();
    assertThat(KeeperSocket.of(Map.of("MAGS_CACHE", "off"), home)).isNull();
    assertThat(KeeperSocket.of(Map.of("MAGS_LOCAL", "1"), home)).isNull();
    assertThat(KeeperSocket.of(Map.of("MAGS_CONFIG_DIR", "here"), home)).isNull();
    assertThat(KeeperSocket.of(Map.of(), Path.of("/" + "long/".repeat(20)))).isNull();
  }

  @Test
  void aSocketThatOthersCouldHavePutThereIsNotUsed() throws Exception {
    keep(call -> 0);
    Path directory = socket.directory();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(call(new byte[0], LIST).exitCode()).isEqualTo(Relay.NOT_DONE);

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), directory);
    assertThat(new KeeperSocket(link, socket.key()).isSafe()).isFalse();
    assertThat(call(new byte[0], LIST).exitCode()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
        .isEqualTo("rw-------");
  }

  @Test
  void aSocketThatADeadKeeperLeftIsPassedOverAndReplaced() throws Exception {
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(socket.path()));
    dead.close();
    assertThat(call(new byte[0], LIST).exitCode()).isEqualTo(Relay.NOT_DONE);

    Files.delete(socket.path());
    keep(call -> 0);

    assertThat(call(new byte[0], LIST).exitCode()).isZero();
  }

  @Test
  void theSecondOfTwoStartersEnds() throws Exception {
    keep(call -> 0);
    Path lock = socket.lock();

    // One process cannot lock a file twice, as two could not.
    assertThatThrownBy(() -> new Keeper(socket, Map.of(), null, new Wall(), nanos::get).run())
        .isInstanceOf(java.nio.channels.OverlappingFileLockException.class);
    assertThat(lock).exists();
    assertThat(call(new byte[0], LIST).exitCode()).isZero();
  }

  @Test
  void fiftyCallersAtOnceAreAllServed() throws Exception {
    CountDownLatch all = new CountDownLatch(50);
    keep(
        call -> {
          all.countDown();
          try {
            all.await();
          } catch (InterruptedException interrupt) {
            return 1;
          }
          print(call.terminal().out(), call.args()[2]);
          return 0;
        });

    List<CompletableFuture<CliResult>> results =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(
                i -> {
                  CompletableFuture<CliResult> result = new CompletableFuture<>();
                  new Thread(() -> result.complete(call(new byte[0], "exec", "box", "number " + i)))
                      .start();
                  return result;
                })
            .toList();

    for (int i = 0; i < 50; i++) {
      assertThat(results.get(i).get().out()).isEqualTo("number " + i);
    }
  }

  @Test
  void itEndsWhenNobodyHasCalledForLongAndNotBefore() throws Exception {
    keep(call -> 0);
    nanos.addAndGet(Keeper.IDLE.toNanos() - 1_000_000);
    assertThat(call(new byte[0], LIST).exitCode()).isZero();
    nanos.addAndGet(Keeper.IDLE.toNanos() - 1_000_000);
    keeper.tick();
    assertThat(call(new byte[0], LIST).exitCode()).isZero();

    // The end of the call before may be noticed a little after its answer.
    while (!ended.isDone()) {
      nanos.addAndGet(Keeper.IDLE.toNanos() + 1_000_000);
      keeper.tick();
      Thread.onSpinWait();
    }
    assertThat(socket.path()).doesNotExist();
    assertThat(call(new byte[0], LIST).exitCode()).isEqualTo(Relay.NOT_DONE);
  }

  @Test
  void itEndsWhenItIsOldOrItsSocketIsGone() throws Exception {
    keep(call -> 0);
    Files.delete(socket.path());

    keeper.tick();

    ended.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aMachineThatHasSleptIsNoticedBeforeTheNextCall() throws Exception {
    keep(call -> woken.get());
    assertThat(call(new byte[0], LIST).exitCode()).isZero();

    slept.addAndGet(60_000);

    assertThat(call(new byte[0], LIST).exitCode()).isEqualTo(1);
  }
}
