package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.mags.local.net.Link;

/** Private networks of a JVM that is killed, and of one that is a plain user's. */
class PrivateNetworkCrashIT {
  private static final int USER = 65534;

  private Path home;

  @AfterEach
  void remove() throws IOException {
    if (home != null) {
      DirectoryTree.delete(home);
    }
  }

  @Test
  void nothingIsLeftWhenItsJvmIsKilled() throws Exception {
    serveAndDie(List.of(), directory());
  }

  @Test
  void aPlainUserHasThemTooAndNothingIsLeft() throws Exception {
    assumeTrue(Root.here(), "SKIPPED: not root, so the other tests run as a plain user already");
    Optional<String> setpriv = Tools.find().path("setpriv");
    assumeTrue(setpriv.isPresent(), "SKIPPED: no setpriv to become a plain user");
    Path state = directory();
    Files.setAttribute(state, "unix:uid", USER);
    Files.setAttribute(state, "unix:gid", USER);

    serveAndDie(
        List.of(setpriv.get(), "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"),
        state);
  }

  private Path directory() throws IOException {
    // Not a @TempDir, which only root may enter.
    home = Files.createTempDirectory("mags-network");
    DirectoryTree.create(home, "rwxr-xr-x");
    return Files.createDirectory(home.resolve("state"));
  }

  private void serveAndDie(List<String> way, Path state) throws Exception {
    List<Path> classPath = ChildJvm.copyClassPath(home);
    Process child =
        ChildJvm.command(way, classPath, Victim.class, state.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    BufferedReader lines = child.inputReader();
    String said = lines.readLine();
    assumeTrue(said == null || !said.startsWith("SKIPPED"), said);
    assertThat(said).isEqualTo("two served by themselves");
    List<ProcessHandle> processes =
        Arrays.stream(lines.readLine().split(" ", -1))
            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
            .toList();
    assertThat(processes).hasSizeGreaterThan(5);

    child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

    for (ProcessHandle process : processes) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
    assertThat(SandboxFixture.gone(home.toString())).isTrue();
  }

  /** Runs in the child. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      Path state = Path.of(arguments[0]);
      Sandboxes sandboxes;
      try {
        sandboxes = Sandboxes.open(state, IsolationChoice.NS).withNetwork(NetworkChoice.PRIVATE);
      } catch (RuntimeException e) {
        System.out.println("SKIPPED: " + e.getMessage());
        return;
      }
      List<Sandbox> started = new ArrayList<>();
      List<String> served = new ArrayList<>();
      for (String name : List.of("one", "other")) {
        Sandbox sandbox =
            sandboxes.start(
                new SandboxSpec(
                    state.resolve("run-" + name), Optional.empty(), Optional.empty(), name));
        started.add(sandbox);
        sandbox
            .inner(
                Map.of(),
                List.of(
                    "/bin/sh", "-c", "echo " + name + " | exec busybox nc -l -p 8080 127.0.0.1"))
            .start();
      }
      for (Sandbox sandbox : started) {
        served.add(get(sandbox));
      }
      System.out.println(
          served.equals(List.of("one\n", "other\n")) ? "two served by themselves" : served);
      System.out.println(
          String.join(
              " ",
              ProcessHandle.current()
                  .descendants()
                  .map(process -> Long.toString(process.pid()))
                  .toList()));
      Thread.sleep(600_000);
    }

    private static String get(Sandbox sandbox) throws Exception {
      for (int i = 0; i < 500; i++) {
        try (Link link = sandbox.reach().connect("127.0.0.1", 8080)) {
          link.endOutput();
          return new String(link.in().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (java.net.ConnectException notYet) {
          Thread.sleep(10);
        }
      }
      return "nothing";
    }
  }
}
