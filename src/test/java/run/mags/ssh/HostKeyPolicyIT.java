package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One file of host keys for many processes. */
@Timeout(60)
final class HostKeyPolicyIT {
  private static final HostKey KEY = new HostKey("ssh-ed25519", "AAAA");

  @TempDir Path directory;

  @Test
  void losesNothingWhenManyProcessesWriteAtATime() throws Exception {
    Path file = directory.resolve("known_hosts");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HostKeyPolicyIT.class.getName(),
                  file.toString(),
                  Integer.toString(i))
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(file).content().hasLineCount(4 * 25 + 1);
    assertThat(Files.readAllLines(file)).filteredOn(l -> l.startsWith("shared ")).hasSize(1);
  }

  /** One of many processes: a machine of its own, and one that all know. */
  public static void main(String[] arguments) {
    HostKeyPolicy policy = new HostKeyPolicy(Path.of(arguments[0]));
    IntStream.range(0, 25).forEach(i -> policy.check(vm("vm-" + arguments[1] + "-" + i), KEY));
    policy.check(vm("shared"), KEY);
  }

  private static SshTarget vm(String name) {
    return new SshTarget("host", 40000, "root", "key", name);
  }
}
