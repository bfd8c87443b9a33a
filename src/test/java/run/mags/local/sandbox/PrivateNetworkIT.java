package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.local.net.Link;
import run.mags.local.net.Reach;
import run.mags.local.sandbox.SandboxFixture.Ran;

/** Sandboxes with networks of their own: without the internet everywhere, with it by pasta. */
class PrivateNetworkIT {
  private static final String SERVER =
      "mkdir -p www && echo %s > www/index.html && busybox httpd -p 127.0.0.1:8080 -h www";

  @TempDir Path directory;
  private final List<Sandbox> started = new ArrayList<>();
  private Sandboxes sandboxes;

  @BeforeEach
  void look() {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/busybox"))
            || Files.isExecutable(Path.of("/usr/bin/busybox")),
        "SKIPPED: no busybox on this machine, which is the server in the sandbox");
    sandboxes = SandboxFixture.at(Isolation.OVERLAY).withNetwork(NetworkChoice.PRIVATE);
  }

  @AfterEach
  void end() {
    started.forEach(Sandbox::close);
    if (sandboxes != null) {
      sandboxes.close();
    }
  }

  private Sandbox start(Sandboxes from) {
    Path own = directory.resolve("run-" + started.size());
    Sandbox sandbox = from.start(new SandboxSpec(own, Optional.empty(), Optional.empty(), "guest"));
    started.add(sandbox);
    return sandbox;
  }

  @Test
  void twoSandboxesListenOnOnePort() throws IOException {
    Sandbox one = start(sandboxes);
    Sandbox other = start(sandboxes);
    run(one, SERVER.formatted("first"));
    run(other, SERVER.formatted("second"));

    assertThat(get(one, 8080)).endsWith("first\n");
    assertThat(get(other, 8080)).endsWith("second\n");
    assertThat(one.reach().isHosts()).isFalse();
  }

  @Test
  void nothingOfTheHostIsOnItsLoopback() throws IOException {
    try (ServerSocket host = new ServerSocket(0)) {
      Sandbox sandbox = start(sandboxes);

      Ran ran =
          SandboxFixture.inner(
              sandbox, "busybox nc -w 1 127.0.0.1 " + host.getLocalPort() + " </dev/null");

      assertThat(ran.exit()).isNotZero();
      assertThat(ran.err()).contains("refused");
      assertThatThrownBy(() -> sandbox.reach().connect("127.0.0.1", host.getLocalPort()))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aPortThatIsListenedOnInThereTakesConnectionsOfGuests() throws Exception {
    Sandbox sandbox = start(sandboxes);
    CompletableFuture<String> came = new CompletableFuture<>();
    try (Reach.Listening listening =
        sandbox
            .reach()
            .listen(
                "127.0.0.1",
                0,
                (link, host, port) -> {
                  try (link) {
                    String said = new String(link.in().readNBytes(5), StandardCharsets.US_ASCII);
                    link.out().write("taken\n".getBytes(StandardCharsets.US_ASCII));
                    came.complete(host + " said " + said);
                  } catch (IOException e) {
                    came.completeExceptionally(e);
                  }
                })) {
      Ran ran =
          SandboxFixture.inner(sandbox, "echo hello | busybox nc 127.0.0.1 " + listening.port());

      assertThat(came.get(20, TimeUnit.SECONDS)).isEqualTo("127.0.0.1 said hello");
      assertThat(ran.out()).isEqualTo("taken\n");
    }
  }

  @Test
  void theBridgeComesAgainWhenItWasKilledAndGoesWithTheSandbox() throws Exception {
    Sandbox sandbox = start(sandboxes);
    run(sandbox, SERVER.formatted("up"));
    assertThat(get(sandbox, 8080)).endsWith("up\n");
    List<ProcessHandle> bridges = bridges();

    bridges.forEach(ProcessHandle::destroyForcibly);
    bridges.forEach(bridge -> bridge.onExit().join());

    assertThat(get(sandbox, 8080)).endsWith("up\n");
    sandbox.close();
    for (ProcessHandle bridge : bridges()) {
      bridge.onExit().get(10, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> sandbox.reach().connect("127.0.0.1", 8080))
        .isInstanceOf(IOException.class);
  }

  @Test
  void withoutAnyProgramForItTheLoopbackInterfaceComesUp() throws IOException {
    Tools bare = bareTools();

    Networks networks = Networks.open(Optional.of(footing()), bare, NetworkChoice.PRIVATE);
    try (SandboxNetwork network = networks.take(directory)) {
      List<String> command =
          new ArrayList<>(network.own().orElseThrow().enter(footing(), Tools.find()));
      command.addAll(List.of("/bin/sh", "-c", "busybox ifconfig lo; cat /proc/net/if_inet6"));
      Ran ran = SandboxFixture.run(new ProcessBuilder(command), "");

      assertThat(ran.out()).contains("UP LOOPBACK RUNNING").contains("inet addr:127.0.0.1");
      assertThat(networks.warning().orElseThrow()).contains("not found: pasta");
    }
  }

  @Test
  void withoutPastaItIsTheHostsUnlessAskedFor() throws IOException {
    Networks networks = Networks.open(Optional.of(footing()), bareTools(), NetworkChoice.AUTO);

    assertThat(networks.kind()).isEqualTo(Network.HOST);
    assertThat(networks.warning()).isEmpty();
    assertThat(Networks.look(Optional.of(footing()), bareTools()))
        .satisfies(
            finding -> {
              assertThat(finding.works()).isFalse();
              assertThat(finding.detail()).contains("not found: pasta").contains("same port");
              assertThat(finding.cure()).isEqualTo("Install the package passt.");
            });
  }

  @Test
  void aPastaThatFailsIsNotTheEndAndLeavesNothing() throws Exception {
    Path programs = Path.of(bareTools().searchPath());
    String seconds = SandboxFixture.uniqueSeconds();
    Path pasta = programs.resolve("pasta");
    Files.writeString(
        pasta,
        """
        #!/bin/sh
        %s %s </dev/null >/dev/null 2>&1 &
        echo first; echo no way out; echo to syslog; exit 1
        """
            .formatted("/bin/sleep", seconds));
    Files.setPosixFilePermissions(pasta, PosixFilePermissions.fromString("rwxr-xr-x"));
    Tools tools = Tools.in(programs.toString());

    assertThat(Networks.open(Optional.of(footing()), tools, NetworkChoice.AUTO).kind())
        .isEqualTo(Network.HOST);
    assertThat(Networks.look(Optional.of(footing()), tools).detail())
        .startsWith("pasta: no way out, so");
    assertThat(SandboxFixture.gone(seconds)).isTrue();
  }

  @Test
  void plainProcessesHaveNone() {
    Sandboxes plain = SandboxFixture.at(Isolation.PLAIN);

    assertThat(plain.withNetwork(NetworkChoice.AUTO).network()).isEqualTo(Network.HOST);
    assertThatThrownBy(() -> plain.withNetwork(NetworkChoice.PRIVATE))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("plain processes");
  }

  @Test
  void pastaGivesThemADefaultRoute() {
    Sandboxes auto = SandboxFixture.at(Isolation.OVERLAY).withNetwork(NetworkChoice.AUTO);
    assumeTrue(
        auto.network() == Network.PRIVATE,
        "SKIPPED: no private network with the internet on this machine: "
            + Networks.look(Optional.of(footing()), Tools.find()).detail());
    try (auto) {
      for (int i = 0; i < 3; i++) {
        // The second is one that was kept ready.
        assertThat(SandboxFixture.inner(start(auto), "cat /proc/net/route").out().lines())
            .anyMatch(line -> line.split("\t", -1)[1].equals("00000000"));
      }
    }
  }

  @Test
  void noneIsKeptReadyForWhoIsClosed() throws Exception {
    Sandboxes auto = SandboxFixture.at(Isolation.OVERLAY).withNetwork(NetworkChoice.PRIVATE);
    try (auto) {
      start(auto);
    }

    started.forEach(Sandbox::close);
    sandboxes.close();
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      if (SandboxFixture.commandLine(child.pid()).contains("holds a private network")) {
        child.onExit().get(10, TimeUnit.SECONDS);
      }
    }
  }

  private static Footing footing() {
    return Footing.candidates(Root.here()).get(0);
  }

  /** What a sandbox cannot do without, and neither ip, ifconfig nor pasta. */
  private Tools bareTools() throws IOException {
    Path programs = Files.createDirectories(directory.resolve("bin"));
    for (String name : List.of("sh", "cat", "unshare", "nsenter", "setsid", "mount")) {
      Path link = programs.resolve(name);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, Path.of(Tools.find().need(name)));
      }
    }
    return Tools.in(programs.toString());
  }

  private List<ProcessHandle> bridges() {
    return ProcessHandle.current()
        .children()
        .filter(child -> SandboxFixture.commandLine(child.pid()).contains("BridgeProcess"))
        .toList();
  }

  private static void run(Sandbox sandbox, String script) {
    Ran ran = SandboxFixture.inner(sandbox, script);
    assertThat(ran.exit()).describedAs(ran.err()).isZero();
  }

  private static String get(Sandbox sandbox, int port) throws IOException {
    IOException last = null;
    for (int i = 0; i < 200; i++) {
      try (Link link = sandbox.reach().connect("127.0.0.1", port)) {
        link.out().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(link.in().readAllBytes(), StandardCharsets.US_ASCII);
      } catch (ConnectException notYet) {
        last = notYet;
      }
    }
    throw last;
  }
}
