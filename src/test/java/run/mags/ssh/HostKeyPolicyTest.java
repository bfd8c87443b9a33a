package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

@Timeout(60)
final class HostKeyPolicyTest {
  private static final HostKey KEY = new HostKey("ssh-ed25519", "AAAA");
  private static final HostKey OTHER = new HostKey("ssh-ed25519", "AAAB");

  @TempDir Path directory;
  private Path file;
  private HostKeyPolicy policy;

  @BeforeEach
  void make() {
    file = directory.resolve("state/mags/known_hosts");
    policy = new HostKeyPolicy(file);
  }

  private static SshTarget vm(String name) {
    return new SshTarget("host", 40000, "root", "key", name);
  }

  @Test
  void acceptsTheFirstKeyOfAMachineAndNoOther() {
    assertThat(policy.check(vm("a"), KEY)).isEqualTo("new, remembered");
    assertThat(policy.check(vm("a"), KEY)).isEqualTo("known");
    assertThat(policy.check(vm("b"), OTHER)).isEqualTo("new, remembered");

    SshException failure =
        catchThrowableOfType(SshException.class, () -> policy.check(vm("a"), OTHER));

    assertThat(failure.kind()).isEqualTo(ErrorKind.HOST_KEY);
    assertThat(failure)
        .hasMessageContaining(OTHER.fingerprint())
        .hasMessageContaining(KEY.fingerprint());
    assertThat(file).hasContent("a ssh-ed25519 AAAA\nb ssh-ed25519 AAAB\n");
  }

  @Test
  void knowsTheTypeOfAKey() {
    policy.check(vm("a"), new HostKey("ssh-rsa", "AAAC"));

    assertThat(policy.knownType("a")).isEqualTo("ssh-rsa");
    assertThat(policy.knownType("b")).isNull();
    assertThat(policy.knownType(null)).isNull();
  }

  @Test
  void remembersNothingWithoutAName() {
    assertThat(policy.check(vm(null), KEY)).isEqualTo("not checked, the VM is not known");
    assertThat(file).doesNotExist();
  }

  @Test
  void letsNobodyElseReadTheFile() throws IOException {
    policy.check(vm("a"), KEY);

    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(file.getParent())).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(file.getParent())) {
      for (Path each : files.toList()) {
        assertThat(permissions(each)).isEqualTo("rw-------");
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void writesAnyNameAsOneWord() throws IOException {
    List<String> names =
        List.of("", " ", "a b", "a\nb ssh-ed25519 AAAB", "a", "#", "%", "%20", "ä", "a b ssh");

    names.forEach(name -> policy.check(vm(name), KEY));

    assertThat(Files.readAllLines(file)).hasSize(names.size()).allMatch(l -> words(l) == 3);
    assertThat(names).allMatch(name -> policy.check(vm(name), KEY).equals("known"));
  }

  private static int words(String line) {
    return line.split(" ", -1).length;
  }

  @Test
  void forgetsTheOldest() throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        IntStream.range(0, HostKeyPolicy.LIMIT)
            .mapToObj(i -> "vm-" + i + " " + KEY.type() + " " + KEY.base64())
            .toList());

    policy.check(vm("new-1"), KEY);
    policy.check(vm("new-2"), KEY);

    assertThat(file).content().hasLineCount(HostKeyPolicy.LIMIT).startsWith("vm-2 ");
    assertThat(policy.check(vm("vm-0"), OTHER)).isEqualTo("new, remembered");
    assertThat(policy.check(vm("vm-999"), KEY)).isEqualTo("known");
  }

  @Test
  void passesOverLinesThatItDoesNotUnderstand() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "# a remark\n\na\na ssh-ed25519\n\0\377\n");

    assertThat(policy.check(vm("a"), KEY)).isEqualTo("new, remembered");
    assertThat(policy.check(vm("a"), KEY)).isEqualTo("known");
    assertThat(file).content().startsWith("# a remark\n");
  }

  @Test
  void acceptsAKeyThatItCannotRemember() throws IOException {
    Files.createDirectories(file.resolveSibling("known_hosts.lock"));

    assertThat(policy.check(vm("a"), KEY)).isEqualTo("new, not remembered (Is a directory)");
  }

  @Test
  void saysThatTheFileCannotBeRead() throws IOException {
    Files.createDirectories(file);

    CliException failure =
        catchThrowableOfType(CliException.class, () -> policy.check(vm("a"), KEY));

    assertThat(failure.kind()).isEqualTo(ErrorKind.CONFIG);
    assertThat(failure)
        .hasMessage("cannot read the known host keys in " + file + " (Is a directory)");
  }

  @Test
  void losesNothingWhenManyWriteAtATime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(50);
    CountDownLatch start = new CountDownLatch(50);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "vm-" + i;
        all.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return new HostKeyPolicy(file).check(vm(name), KEY);
                }));
      }
      for (Future<?> each : all) {
        assertThat(each.get()).isEqualTo("new, remembered");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(file).content().hasLineCount(50);
  }
}
