package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostImageIT {
  @TempDir Path state;

  @BeforeEach
  void needsLinux() {
    assumeTrue(Files.exists(Path.of("/proc/self/mountinfo")), "SKIPPED: not Linux");
  }

  /** JUnit would warn of every link. */
  @AfterEach
  void remove() {
    Sandboxes.erase(state.resolve("image"));
  }

  @Test
  void isMadeOnce() throws Exception {
    Path file;
    try (HostImage.Leased leased = HostImage.prepare(state)) {
      file = leased.image().skeleton().resolve("etc/here");
      assertThat(leased.image().skeleton().resolve("etc/passwd")).isRegularFile();
      Files.createFile(file);
    }
    try (HostImage.Leased leased = HostImage.prepare(state)) {
      assertThat(leased.image().skeleton().resolve("etc/here")).isEqualTo(file).exists();
    }
  }

  /** What only some may read on the host could be a secret, and stays there. */
  @Test
  void holdsOnlyWhatEverybodyMayRead() throws Exception {
    try (HostImage.Leased leased = HostImage.prepare(state)) {
      Path etc = leased.image().skeleton().resolve("etc");
      List<Path> copies;
      try (Stream<Path> files = Files.walk(etc)) {
        copies =
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
      }
      assertThat(copies).hasSizeGreaterThan(5);
      for (Path copy : copies) {
        Path original = Path.of("/etc").resolve(etc.relativize(copy));
        if (!copy.endsWith("shadow")) {
          assertThat((int) Files.getAttribute(original, "unix:mode") & 04)
              .as("%s", original)
              .isEqualTo(04);
        }
      }
    }
  }

  @Test
  void removesItsPredecessorUnlessThatIsInUse() throws Exception {
    Path images = state.resolve("image");
    Path unused = Files.createDirectories(images.resolve("host-old/skeleton"));
    Path used = Files.createDirectories(images.resolve("host-used/skeleton"));
    Path crashed = Files.createDirectories(images.resolve(".building-1/skeleton"));
    try (Lease lease = Lease.shared(used.getParent()).orElseThrow();
        HostImage.Leased leased = HostImage.prepare(state)) {
      assertThat(lease).isNotNull();
      assertThat(unused.getParent()).doesNotExist();
      assertThat(crashed.getParent()).doesNotExist();
      assertThat(used).exists();
      assertThat(leased.image().directory()).exists();
    }
  }

  @Test
  void isMadeOnceByManyThreadsAndProcesses() throws Exception {
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      children.add(
          ChildJvm.command(List.of(), ChildJvm.classPath(), Preparer.class, state.toString())
              .start());
    }
    Map<Path, Boolean> seen = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread thread = new Thread(() -> seen.put(prepare(state), true));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(30_000);
    }
    for (Process child : children) {
      seen.put(Path.of(child.inputReader().readLine()), true);
      assertThat(child.waitFor()).isZero();
    }

    assertThat(seen).hasSize(1);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(state.resolve("image"), "{host-,.building-}*")) {
      assertThat(entries).containsExactlyElementsOf(seen.keySet());
    }
  }

  private static Path prepare(Path state) {
    try (HostImage.Leased leased = HostImage.prepare(state)) {
      return leased.image().directory();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs in the children. */
  static final class Preparer {
    private Preparer() {}

    public static void main(String[] arguments) {
      System.out.println(prepare(Path.of(arguments[0])));
    }
  }
}
