package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Machines that allow less than this one: made out of namespaces of their own, in which settings
 * and mounts concern nobody else.
 */
class LevelsIT {
  private static final String USER = "65534";

  private Path home;
  private List<Path> classPath;

  @BeforeEach
  void prepare() throws Exception {
    assumeTrue(Root.here(), "SKIPPED: only root can make such machines");
    home = Files.createTempDirectory("mags-levels");
    DirectoryTree.create(home, "rwxr-xr-x");
    classPath = ChildJvm.copyClassPath(home);
    Path state = Files.createDirectory(home.resolve("state"));
    Files.setAttribute(state, "unix:uid", Integer.parseInt(USER));
  }

  @AfterEach
  void remove() throws IOException {
    if (home != null) {
      DirectoryTree.delete(home);
    }
  }

  /** A user namespace whose limit for others is 0, and a plain user in it. */
  private static List<String> withoutUserNamespaces() {
    String script =
        """
        unshare -U sleep 1000000 </dev/null >/dev/null 2>&1 &
        holder=$!
        trap 'kill $holder' EXIT
        while [ "$(readlink /proc/$holder/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do :; done
        echo '0 0 65536' >/proc/$holder/uid_map && echo '0 0 65536' >/proc/$holder/gid_map || exit 9
        nsenter -U -t $holder -S 0 -G 0 sh -c 'echo 0 >/proc/sys/user/max_user_namespaces &&
          exec setpriv --reuid=USER --regid=USER --clear-groups -- "$@"' sh "$@"
        """
            .replace("USER", USER);
    return List.of("/bin/sh", "-c", script, "sh");
  }

  /** A mount namespace in which a directory of this test is an overlay. */
  private List<String> withStateOnAnOverlay() {
    String script =
        """
        cd HOME; mkdir -p o/lower o/upper o/work state
        mount -t overlay -o lowerdir=o/lower,upperdir=o/upper,workdir=o/work o state || exit 9
        chown USER state; chmod 700 state
        exec "$@"
        """
            .replace("HOME", home.toString())
            .replace("USER", USER);
    return List.of("unshare", "-m", "/bin/sh", "-c", script, "sh");
  }

  private List<String> run(List<String> machine, Class<?> main, String... arguments)
      throws Exception {
    Process process =
        ChildJvm.command(machine, classPath, main, arguments)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    assumeTrue(process.waitFor() != 9, "SKIPPED: this machine lets root make no such machine");
    return lines;
  }

  private String state() {
    return home.resolve("state").toString();
  }

  @Test
  void aUserWithoutNamespacesGetsPlainProcessesAndIsToldWhyAndHow() throws Exception {
    List<String> machine = withoutUserNamespaces();

    assertThat(run(machine, Doctor.class, state()))
        .contains("LEVEL plain")
        .anyMatch(
            line ->
                line.startsWith("namespaces: unshare: unshare failed: No space left on device")
                    && line.endsWith(
                        "Allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000"));
    assertThat(run(machine, PlainUserIT.Looker.class, state(), "auto", "id -u; echo kept > note"))
        .containsExactly("LEVEL PLAIN", USER, "EXIT 0");
    assertThat(run(machine, PlainUserIT.Looker.class, state(), "auto", "cat note"))
        .containsExactly("LEVEL PLAIN", "kept", "EXIT 0");
    assertThat(String.join("\n", run(machine, PlainUserIT.Looker.class, state(), "ns", "true")))
        .contains("sandboxes cannot be kept apart on this machine: namespaces: ");
  }

  @Test
  void withTheStateOnAnOverlayRootGetsFlatTreesAndIsToldWhyAndHow() throws Exception {
    List<String> machine = withStateOnAnOverlay();

    assertThat(run(machine, Doctor.class, state()))
        .contains("LEVEL flat")
        .anyMatch(line -> line.startsWith("overlay: ") && line.contains("--state DIR"));
    assertThat(
            run(machine, PlainUserIT.Looker.class, state(), "auto", "id -u; rm /etc/passwd; pwd"))
        .containsExactly("LEVEL FLAT", "0", "/root", "EXIT 0");
  }

  @Test
  void soDoesAPlainUser() throws Exception {
    List<String> machine = new ArrayList<>(withStateOnAnOverlay());
    machine.addAll(
        List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));

    assertThat(run(machine, Doctor.class, state()))
        .contains("LEVEL flat")
        .anyMatch(line -> line.startsWith("overlay: "));
    assertThat(
            run(machine, PlainUserIT.Looker.class, state(), "auto", "id -u; rm /etc/passwd; pwd"))
        .containsExactly("LEVEL FLAT", "0", "/root", "EXIT 0");
  }

  /** Runs in the child: what doctor says. */
  static final class Doctor {
    private Doctor() {}

    public static void main(String[] arguments) {
      Probe probe = Probe.run(Path.of(arguments[0]));
      System.out.println("LEVEL " + probe.level().word());
      List<Probe.Finding> findings = new ArrayList<>(probe.findings());
      findings.addAll(LimitProbe.findings(Path.of(arguments[0]), probe));
      for (Probe.Finding finding : findings) {
        System.out.println(finding.what() + ": " + finding.detail() + " " + finding.cure());
      }
    }
  }
}
