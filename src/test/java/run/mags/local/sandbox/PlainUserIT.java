package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same as a plain user, in user namespaces, where the tests run as root: a JVM of its own does
 * it as the user 65534. Where the tests run as a plain user, the other tests cover it.
 */
class PlainUserIT {
  private static final int USER = 65534;

  private Path home;
  private List<Path> classPath;

  @BeforeEach
  void becomeAnotherUser() throws Exception {
    assumeTrue(Root.here(), "SKIPPED: not root, so the other tests run as a plain user already");
    assumeTrue(
        Tools.find().path("setpriv").isPresent(), "SKIPPED: no setpriv to become a plain user");
    // Not a @TempDir, which only root may enter.
    home = Files.createTempDirectory("mags-plain-user");
    DirectoryTree.create(home, "rwxr-xr-x");
    classPath = ChildJvm.copyClassPath(home);
    Path state = Files.createDirectory(home.resolve("state"));
    Files.setAttribute(state, "unix:uid", USER);
    Files.setAttribute(state, "unix:gid", USER);
    Process tried = asUser(Looker.class, state.toString(), "ns", "true").start();
    tried.inputReader().lines().forEach(line -> {});
    assumeTrue(
        tried.waitFor() == 0, "SKIPPED: a plain user cannot make namespaces on this machine");
  }

  @AfterEach
  void remove() throws IOException {
    if (home != null) {
      DirectoryTree.delete(home);
    }
  }

  @ParameterizedTest
  @CsvSource({"ns, OVERLAY", "flat, FLAT"})
  void isRootInsideAndNobodyOutside(String choice, Isolation level) throws Exception {
    String script =
        """
        id -u; uname -n
        echo kept > note; echo x > /etc/new && echo etc writable
        echo x 2>/dev/null >/usr/new || echo usr not
        echo x 2>/dev/null >/proc/sys/vm/swappiness || echo sysctl not
        mknod /tmp/d b 8 0 2>/dev/null || echo mknod not
        [ -e STATE ] || echo host not
        mkdir -p locked/in; chmod 0 locked
        """
            .replace("STATE", home.toString());

    List<String> lines = look(choice, script);

    assertThat(lines)
        .containsExactly(
            "LEVEL " + level,
            "0",
            "guest",
            "etc writable",
            "usr not",
            "sysctl not",
            "mknod not",
            "host not",
            "EXIT 0");
    assertThat(look(choice, "cat note; ls -ld locked | cut -c1-10"))
        .containsExactly("LEVEL " + level, "kept", "d---------", "EXIT 0");
    assertThat(look(choice, "DELETE")).containsExactly("LEVEL " + level, "deleted");
    assertThat(Path.of("/usr/new")).doesNotExist();
  }

  /** It may do such things in its namespaces, and they have no effect outside. */
  @Test
  void cannotReachTheHostWithThePowerThatItHasInside() throws Exception {
    Path swappiness = Path.of("/proc/sys/vm/swappiness");
    String before = KernelSetting.read(swappiness);
    String script =
        """
        umount /proc/sys 2>/dev/null
        mount -o remount,bind,rw /proc/sys 2>/dev/null
        mount -o remount,bind,rw /usr 2>/dev/null
        echo 7 2>/dev/null >/proc/sys/vm/swappiness || echo sysctl not
        echo b 2>/dev/null >/proc/sysrq-trigger || echo sysrq not
        touch /usr/by-guest 2>/dev/null || echo usr not
        mknod /root/sda b 8 0 2>/dev/null || echo mknod not
        mount -t ext4 /dev/vda /mnt 2>/dev/null || echo disk not
        """;

    assertThat(look("ns", script))
        .containsExactly(
            "LEVEL OVERLAY",
            "sysctl not",
            "sysrq not",
            "usr not",
            "mknod not",
            "disk not",
            "EXIT 0");
    assertThat(KernelSetting.read(swappiness)).isEqualTo(before);
  }

  /** Without control groups its processes are stopped by a signal. */
  @Test
  void itsSandboxStandsStillWhileItIsSyncedAndThenGoesOn() throws Exception {
    assertThat(look("ns", "SYNC"))
        .containsExactly("LEVEL OVERLAY", "still true", "synced true", "going on true");
  }

  @Test
  void aForkBombFindsItsEnd() throws Exception {
    String script =
        "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i > count; sleep 300 & done"
            + " >/dev/null 2>&1; echo unreached";

    // A shell that cannot start a process any more gives up.
    assertThat(look("ns", script)).containsExactly("LEVEL OVERLAY", "EXIT 2");

    int count = Integer.parseInt(look("ns", "cat count").get(1));
    assertThat(count).isBetween(Limits.PROCESSES - 100, Limits.PROCESSES);
  }

  @Test
  void leavesNothingBehindWhenTheJvmIsKilled() throws Exception {
    String seconds = SandboxFixture.uniqueSeconds();
    String state = home.resolve("state").toString();
    Process child =
        asUser(
                SandboxCrashIT.Victim.class,
                state,
                "ns",
                state + "/workspaces/w",
                state + "/run/crashed",
                seconds)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(child.inputReader().readLine()).isEqualTo("started");
    assertThat(SandboxFixture.there("sleep\0" + seconds, 4)).isTrue();

    child.destroyForcibly();
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertThat(SandboxFixture.gone(seconds)).isTrue();
    assertThat(SandboxFixture.gone(state)).isTrue();
  }

  private List<String> look(String choice, String script) throws Exception {
    Process process =
        asUser(Looker.class, home.resolve("state").toString(), choice, script)
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    process.waitFor();
    return lines;
  }

  private ProcessBuilder asUser(Class<?> main, String... arguments) {
    return ChildJvm.command(
            List.of(
                Tools.find().need("setpriv"),
                "--reuid=" + USER,
                "--regid=" + USER,
                "--clear-groups",
                "--"),
            classPath,
            main,
            arguments)
        .directory(home.toFile());
  }

  /** Runs in the child: one script in a sandbox on a workspace, or the removal of that. */
  static final class Looker {
    private Looker() {}

    public static void main(String[] arguments) throws Exception {
      Path state = Path.of(arguments[0]);
      Sandboxes sandboxes = Sandboxes.open(state, IsolationChoice.of(arguments[1]).orElseThrow());
      System.out.println("LEVEL " + sandboxes.isolation());
      WorkspaceTrees trees = WorkspaceTrees.in(state.resolve("trees-" + arguments[1]));
      if (arguments[2].equals("DELETE")) {
        trees.delete("w");
        System.out.println("deleted");
        return;
      }
      SandboxSpec spec =
          new SandboxSpec(
              state.resolve("run"), Optional.of(trees.directory("w")), Optional.empty(), "guest");
      try (Sandbox sandbox = sandboxes.start(spec)) {
        if (arguments[2].equals("SYNC")) {
          sync((NamespaceSandbox) sandbox, trees.directory("w"));
          return;
        }
        Process process =
            sandbox.inner(Map.of(), List.of("/bin/sh", "-c", arguments[2])).inheritIO().start();
        System.out.println("EXIT " + process.waitFor());
      }
    }

    private static void sync(NamespaceSandbox sandbox, Path workspace) throws Exception {
      String script = "i=0; while :; do i=$((i+1)); echo $i >> count; done";
      sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
      Path count = workspace.resolve("upper/root/count");
      SandboxFixture.until(() -> size(count) > 100);
      sandbox.during(
          () -> {
            long before = size(count);
            Uninterrupted.sleep(100);
            System.out.println("still " + (size(count) == before));
          });
      sandbox.sync();
      System.out.println("synced " + (size(workspace.resolve("synced/upper/root/count")) > 100));
      long after = size(count);
      SandboxFixture.until(() -> size(count) > after);
      System.out.println("going on true");
    }

    private static long size(Path file) {
      try {
        return Files.exists(file) ? Files.size(file) : 0;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
