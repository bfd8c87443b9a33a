package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.HostKeyPolicy;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshExecutor;
import run.mags.testing.OpenSshServer;
import run.mags.testing.Programs;

/** Copies to and from a real OpenSSH server, with the tools of GNU and of busybox. */
@Timeout(120)
final class FileTransferIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int MIB = Chunks.MIB;

  @TempDir static Path directory;
  private static final Map<Tools, OpenSshServer> SERVERS = new EnumMap<>(Tools.class);
  private Path here;

  /** Whose programs are there. */
  enum Tools {
    GNU,
    BUSYBOX
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    here = Files.createDirectory(directory.resolve("here" + NUMBER.incrementAndGet()));
  }

  @AfterAll
  static void stop() {
    SERVERS.values().forEach(OpenSshServer::close);
  }

  private static OpenSshServer server(Tools tools) throws Exception {
    if (!SERVERS.containsKey(tools)) {
      Path path = directory.resolve(tools.name());
      if (tools == Tools.GNU) {
        SERVERS.put(tools, OpenSshServer.start(path));
      } else {
        Programs.assumeInstalled("busybox");
        Path applets = Files.createDirectories(path.resolve("applets"));
        new ProcessBuilder("busybox", "--install", "-s", applets.toString()).start().waitFor();
        String more = "SetEnv HOME=" + path.resolve("home") + " PATH=" + applets;
        SERVERS.put(tools, OpenSshServer.start(path, more));
      }
    }
    return SERVERS.get(tools);
  }

  private static SshConnection connect(Tools tools) throws Exception {
    HostKeyPolicy policy = new HostKeyPolicy(directory.resolve("known_hosts"));
    return new SshExecutor(policy, null)
        .connect(server(tools).target("vm-" + tools), Duration.ofSeconds(30));
  }

  /** A directory of the server, empty and of this test alone. */
  private static Path there(Tools tools) throws Exception {
    return Files.createDirectory(server(tools).home().resolve("t" + NUMBER.incrementAndGet()));
  }

  private static Path file(Path path, long size) throws IOException {
    byte[] bytes = new byte[(int) size];
    new Random(size).nextBytes(bytes);
    return Files.write(path, bytes);
  }

  private static String run(Path at, String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(at.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Names, types, modes, times of files and directories, link targets, contents. */
  private static String listing(Path root) throws Exception {
    return run(
        root,
        "find . ! -type l -printf '%p %y %m %Ts %n\\n' -o -printf '%p %l\\n' | sort;"
            + " find . -type f -exec sha256sum {} + | sort");
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private Path tree() throws Exception {
    Path tree = Files.createDirectories(here.resolve("tree"));
    run(
        tree,
        "mkdir -p a/b empty 'o d'; echo hi >a/f; ln a/f a/g; ln -s /etc/passwd l; ln -s gone d;"
            + " echo x >'o d/nl\nx'; echo y >./-dash; echo z >a:b; echo ü >ü; : >nothing;"
            + " n=$(printf 'long%.0s' $(seq 50)); mkdir \"$n\"; echo 1 >\"$n/$n\"; ln -s $n/$n ll;"
            + " chmod 750 a; chmod 600 a/f; chmod 555 'o d'; touch -d 2001-02-03 a/f a empty .");
    file(tree.resolve("a/b/large"), 9L * MIB + 17);
    return tree;
  }

  @ParameterizedTest
  @EnumSource
  void aTreeComesBackAsItWas(Tools tools) throws Exception {
    Path tree = tree();
    String before = listing(tree);
    Path there = there(tools);
    try (SshConnection connection = connect(tools)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);

      CopyResult up = transfer.upload(List.of(tree), there.toString());
      assertThat(up.skipped()).isEmpty();
      assertThat(listing(there.resolve("tree"))).isEqualTo(before);

      CopyResult down =
          transfer.download(List.of(there.resolve("tree").toString()), here.resolve("back"));
      assertThat(down.skipped()).isEmpty();
      assertThat(listing(here.resolve("back"))).isEqualTo(before);
      assertThat(down.files()).isEqualTo(up.files());

      // Over what is there already.
      run(there, "echo changed >tree/a:b; echo more >tree/more; rm tree/a/b/large");
      assertThat(transfer.upload(List.of(tree), there.toString()).skipped()).isEmpty();
      run(there, "rm tree/more; touch -d 2001-02-03 tree");
      assertThat(listing(there.resolve("tree"))).isEqualTo(before);
      run(here.resolve("back"), "echo changed >a:b; rm nothing");
      assertThat(
              transfer
                  .download(List.of(there.resolve("tree").toString() + "/."), here.resolve("back"))
                  .skipped())
          .isEmpty();
      run(here.resolve("back"), "touch -d 2001-02-03 .");
      assertThat(listing(here.resolve("back"))).isEqualTo(before);
    }
    assertThat(names(there)).containsExactly("tree");
    assertThat(names(here)).containsExactly("back", "tree");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInTheWayIsToldAndTheRestCopied(Tools tools) throws Exception {
    Path there = there(tools);
    Path tree = Files.createDirectories(here.resolve("tree"));
    run(tree, "mkdir d l; echo 1 >d/f; echo 2 >f; echo 3 >l/f; echo 4 >ok; mkfifo fifo");
    run(there, "mkdir -p tree/f prey; echo no >tree/d; ln -s ../prey tree/l");
    try (SshConnection connection = connect(tools)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);

      CopyResult up = transfer.upload(List.of(tree), there.toString());

      assertThat(up.skipped()).hasSizeGreaterThanOrEqualTo(3);
      assertThat(up.files()).isEqualTo(1);
      assertThat(up.bytes()).isEqualTo(2);
      assertThat(there.resolve("tree/ok")).hasContent("4");
      assertThat(there.resolve("tree/d")).hasContent("no");
      assertThat(names(there.resolve("prey"))).isEmpty();
      assertThat(names(there)).containsExactly("prey", "tree");

      run(there, "rm -r tree; mkdir tree; mkfifo tree/fifo; echo 5 >tree/ok");
      CopyResult down = transfer.download(List.of(there + "/tree"), here.resolve("back"));
      assertThat(down.skipped()).hasSize(1);
      assertThat(down.skipped().get(0).reason()).contains("./fifo", LocalWalk.SPECIAL);
      assertThat(here.resolve("back/ok")).hasContent("5");
    }
  }

  @Test
  void sourcesAndTargetsMeanWhatTheyMeanToCp() throws Exception {
    Path there = there(Tools.GNU);
    Path a = Files.writeString(here.resolve("a"), "a");
    Path b = Files.writeString(here.resolve("b"), "b");
    Path dir = Files.createDirectory(here.resolve("dir"));
    Files.writeString(dir.resolve("c"), "c");
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      transfer.upload(List.of(a, b), there.toString());
      transfer.upload(List.of(a), there.resolve("renamed").toString());
      transfer.upload(List.of(dir), there + "/new/");
      transfer.upload(List.of(dir), there + "/new");
      transfer.upload(List.of(dir.resolve(".")), there + "/new");
      assertThat(run(there, "find . -type f | sort"))
          .isEqualTo("./a\n./b\n./new/c\n./new/dir/c\n./renamed\n");
      refused(ErrorKind.CONFLICT, () -> transfer.upload(List.of(a, b), there + "/none"));
      refused(ErrorKind.CONFLICT, () -> transfer.upload(List.of(dir), there + "/a"));
      refused(ErrorKind.NOT_FOUND, () -> transfer.upload(List.of(a), there + "/none/"));
      refused(ErrorKind.NOT_FOUND, () -> transfer.upload(List.of(a), there + "/none/x"));
      refused(ErrorKind.FILE, () -> transfer.upload(List.of(here.resolve("none")), "x"));
      refused(ErrorKind.NOT_FOUND, () -> transfer.download(List.of("none"), here));
      refused(ErrorKind.FILE, () -> transfer.download(List.of(there + "/a"), here.resolve("x/y")));
      assertThat(transfer.upload(List.of(a, here.resolve("none")), there.toString()).skipped())
          .hasSize(1);
      assertThat(transfer.download(List.of(there + "/a", there + "/none"), dir).skipped())
          .hasSize(1);
      assertThat(dir.resolve("a")).hasContent("a");
      // Relative paths are below the home directory, which is the empty one.
      transfer.upload(List.of(a), "");
      assertThat(server(Tools.GNU).home().resolve("a")).hasContent("a");
      transfer.download(List.of("a"), here.resolve("home-a"));
      assertThat(here.resolve("home-a")).hasContent("a");
    }
  }

  private static void refused(ErrorKind kind, Runnable copy) {
    assertThatThrownBy(copy::run)
        .isInstanceOfSatisfying(CliException.class, no -> assertThat(no.kind()).isEqualTo(kind));
  }

  @ParameterizedTest
  @EnumSource
  void streamsBecomeFilesAndFilesStreams(Tools tools) throws Exception {
    Path there = there(tools);
    try (SshConnection connection = connect(tools)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      for (int size : new int[] {0, 1, 65_537, Chunks.SIZE, Chunks.SIZE + 1}) {
        byte[] bytes = Files.readAllBytes(file(here.resolve("s"), size));
        transfer.upload(new ByteArrayInputStream(bytes), there + "/-s");
        assertThat(there.resolve("-s")).hasBinaryContent(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transfer.download(there + "/-s", out);
        assertThat(out.toByteArray()).isEqualTo(bytes);
      }
      InputStream broken =
          new InputStream() {
            private int left = Chunks.SIZE + 5;

            @Override
            public int read() throws IOException {
              return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
              if (left == 0) {
                throw new IOException("torn");
              }
              int part = Math.min(count, left);
              left -= part;
              return part;
            }
          };
      refused(ErrorKind.FILE, () -> transfer.upload(broken, there + "/torn"));
    }
    assertThat(names(there)).containsExactly("-s");
  }

  /** The connection is cut at random moments until the copy is through. */
  @ParameterizedTest
  @EnumSource
  void aLargeFileGoesOnWhereItWas(Tools tools) throws Exception {
    Path there = there(tools);
    Path large = file(here.resolve("large"), 40L * MIB + 5);
    long resumed = untilDone(tools, transfer -> transfer.upload(List.of(large), there.toString()));
    assertThat(resumed).isPositive();
    assertThat(there.resolve("large")).hasSameBinaryContentAs(large);
    assertThat(names(there)).containsExactly("large");

    Path back = here.resolve("back");
    resumed =
        untilDone(
            tools, transfer -> transfer.download(List.of(there.resolve("large").toString()), back));
    assertThat(resumed).isPositive();
    assertThat(back).hasSameBinaryContentAs(large);
    assertThat(names(here)).containsExactly("back", "large");
  }

  private interface Try {
    CopyResult with(FileTransfer transfer);
  }

  private static long untilDone(Tools tools, Try copy) throws Exception {
    Random random = new Random(5);
    OpenSshServer server = server(tools);
    for (int attempt = 0; attempt < 8; attempt++) {
      long cut =
          attempt == 7 ? Long.MAX_VALUE : (long) MIB * (12 + 4 * attempt) + random.nextInt(MIB);
      try (SshConnection connection = connect(tools)) {
        CopyProgress cutter =
            (name, done, total) -> {
              if (done > cut) {
                server.sessions().forEach(ProcessHandle::destroyForcibly);
              }
            };
        return copy.with(new FileTransfer(connection, cutter, true)).resumed();
      } catch (CliException lost) {
        assertThat(lost.kind()).isEqualTo(ErrorKind.CONNECTION);
      }
    }
    throw new AssertionError("it never came through");
  }

  @Test
  void aPartThatIsNotOfThisFileIsNotKept() throws Exception {
    Path there = there(Tools.GNU);
    Path large = file(here.resolve("large"), 20L * MIB);
    file(there.resolve(".large.mags-part"), 30L * MIB);
    file(here.resolve(".back.mags-part"), 30L * MIB);
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      assertThat(transfer.upload(List.of(large), there.toString()).resumed()).isZero();
      transfer.download(List.of(there + "/large"), here.resolve("back"));
    }
    assertThat(there.resolve("large")).hasSameBinaryContentAs(large);
    assertThat(here.resolve("back")).hasSameBinaryContentAs(large);
  }

  @Test
  void aPartThatIsALinkIsNotFollowed() throws Exception {
    Path there = there(Tools.GNU);
    Path prey = Files.writeString(here.resolve("prey"), "mine");
    file(there.resolve("large"), 10L * MIB);
    Files.createSymbolicLink(here.resolve(".back.mags-part"), prey);
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      assertThat(transfer.download(List.of(there + "/large"), here.resolve("back")).skipped())
          .hasSize(1);
    }
    assertThat(prey).hasContent("mine");
  }

  @Test
  void holesStayHoles() throws Exception {
    Path there = there(Tools.GNU);
    Path sparse = here.resolve("sparse");
    run(
        here,
        "truncate -s 100M sparse; printf x | dd of=sparse bs=1 seek=50000000 conv=notrunc 2>&1");
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      transfer.upload(List.of(sparse), there.toString());
      transfer.download(List.of(there + "/sparse"), here.resolve("back"));
    }
    assertThat(there.resolve("sparse")).hasSameBinaryContentAs(sparse);
    assertThat(here.resolve("back")).hasSameBinaryContentAs(sparse);
    assertThat(Integer.parseInt(run(there, "du -k sparse | cut -f1").strip())).isLessThan(20_000);
    assertThat(Integer.parseInt(run(here, "du -k back | cut -f1").strip())).isLessThan(1_000);
  }

  /** Each is copied up to what it was, or told of; none is torn. */
  @Test
  void filesThatVanishOrGrowMeanwhileAreNoTrouble() throws Exception {
    Path there = there(Tools.GNU);
    Path tree = Files.createDirectory(here.resolve("tree"));
    Path growing = file(tree.resolve("growing"), 30L * MIB);
    Path vanishing = file(tree.resolve("z"), 9L * MIB);
    CopyProgress meddler =
        (name, done, total) -> {
          try {
            Files.write(growing, new byte[1000], StandardOpenOption.APPEND);
            Files.deleteIfExists(vanishing);
            Files.deleteIfExists(there.resolve("tree/z"));
          } catch (IOException failed) {
            throw new IllegalStateException(failed);
          }
        };
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, meddler, true);
      CopyResult up = transfer.upload(List.of(tree), there.toString());
      assertThat(up.skipped().size()).isLessThanOrEqualTo(1);
      assertThat(up.files() + up.skipped().size()).isEqualTo(2);
      assertThat(there.resolve("tree/growing")).hasSize(30L * MIB);
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingHalf() throws Exception {
    Path there = there(Tools.GNU);
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=12m", "none", there.toString())
            .start();
    assumeTrue(mount.waitFor() == 0, "SKIPPED: only root can mount a small disk");
    try (SshConnection connection = connect(Tools.GNU)) {
      FileTransfer transfer = new FileTransfer(connection, CopyProgress.NONE, true);
      Path large = file(here.resolve("large"), 20L * MIB);
      Path small = Files.createDirectory(here.resolve("small"));
      for (int i = 0; i < 40; i++) {
        file(small.resolve("f" + i), MIB / 2);
      }
      assertThatThrownBy(() -> transfer.upload(List.of(large), there.toString()))
          .hasMessageContaining("No space left");
      assertThat(names(there)).containsExactly(".large.mags-part");
      run(there, "rm .large.mags-part");
      assertThatThrownBy(() -> transfer.upload(List.of(small), there.toString()))
          .isInstanceOf(CliException.class);
      assertThat(names(there)).isEmpty();

      // And the other way: the disk that is full is ours.
      Path far = there(Tools.GNU);
      transfer.upload(List.of(large, small), far.toString());
      assertThatThrownBy(() -> transfer.download(List.of(far + "/large"), there))
          .hasMessageContaining("No space left");
      assertThat(names(there)).containsExactly(".large.mags-part");
      run(there, "rm .large.mags-part");
      assertThatThrownBy(() -> transfer.download(List.of(far + "/small"), there))
          .hasMessageContaining("No space left");
      assertThat(names(there)).isEmpty();
    } finally {
      new ProcessBuilder("umount", there.toString()).start().waitFor();
    }
  }
}
