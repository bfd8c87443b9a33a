package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.net.Reach;

/**
 * A sandbox in Linux namespaces: one process holds them, everything else enters with {@code
 * nsenter}. Its root file system is an image with the workspace over it, or a flat tree.
 */
final class NamespaceSandbox implements Sandbox {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", Tools.STANDARD_PATH,
          "HOME", "/root",
          "USER", "root",
          "LOGNAME", "root",
          "SHELL", "/bin/sh",
          "LANG", "C.UTF-8");

  private final Isolation isolation;
  private final Footing footing;
  private final Tools tools;
  private final Lifeline lifeline;
  private final SandboxNetwork network;

  private NamespaceSandbox(
      Isolation isolation,
      Footing footing,
      Tools tools,
      Lifeline lifeline,
      SandboxNetwork network) {
    this.isolation = isolation;
    this.footing = footing;
    this.tools = tools;
    this.lifeline = lifeline;
    this.network = network;
  }

  /**
   * Starts one.
   *
   * @param isolation one of the two levels with namespaces
   * @param directory the sandbox's own directory; it is there already
   * @param hostname a valid host name
   * @param network its network, which its owner closes
   * @param cleanup runs once after the end, but not when the start fails
   * @throws IOException with the reason, when this machine does not allow it
   */
  static NamespaceSandbox start(
      Isolation isolation,
      Footing footing,
      Tools tools,
      HostImage image,
      Ground ground,
      Path directory,
      String hostname,
      SandboxNetwork network,
      Runnable cleanup)
      throws IOException {
    Path mount = directory.resolve("mount");
    DirectoryTree.createPrivate(mount);
    Mounts mounts = new Mounts(image, MountTable.read());
    clearMountPoints(isolation, ground);
    String fstab;
    if (isolation == Isolation.OVERLAY) {
      List<Path> lower = new ArrayList<>(ground.lower());
      lower.add(image.skeleton());
      for (int i = 0; i < lower.size(); i++) {
        Files.createSymbolicLink(mount.resolve(Integer.toString(i)), lower.get(i));
      }
      Files.createSymbolicLink(mount.resolve("upper"), ground.top());
      Files.createSymbolicLink(mount.resolve("work"), ground.work());
      fstab = mounts.overlay(lower.size(), ground.holder().isPresent(), footing);
    } else {
      fstab = mounts.flat(ground.top().toRealPath(), footing);
    }
    DirectoryTree.write(mount.resolve("fstab"), fstab);
    DirectoryTree.write(mount.resolve("read-only"), mounts.readOnly(footing));
    writeRun(mount.resolve("run"), hostname, network);

    Files.createSymbolicLink(mount.resolve("outer"), image.outer());
    if (ground.holder().isPresent()) {
      Files.createSymbolicLink(mount.resolve("holder"), ground.holder().get());
    }
    DirectoryTree.write(mount.resolve("init"), Script.named("init.sh"));

    List<String> command = new ArrayList<>(footing.create(tools, network.own()));
    command.addAll(List.of(tools.need("sh"), "init", hostname));
    ProcessBuilder builder = new ProcessBuilder(command).directory(mount.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.searchPath());
    builder.environment().put("LC_ALL", "C");
    boolean kept = ground.holder().isPresent();
    Lifeline lifeline =
        Lifeline.start(
            builder,
            init -> {
              if (kept) {
                Entrants.awaitEnd(init);
              }
              cleanup.run();
            });
    NamespaceSandbox sandbox = new NamespaceSandbox(isolation, footing, tools, lifeline, network);
    try {
      sandbox.probeWriting();
    } catch (IOException e) {
      lifeline.close();
      throw e;
    }
    return sandbox;
  }

  /** The merged tree as the host reaches it. */
  Path merged() {
    return Path.of("/proc", Long.toString(lifeline.pid()), "root", "overlay");
  }

  @Override
  public Isolation isolation() {
    return isolation;
  }

  @Override
  public ProcessBuilder outer(Map<String, String> environment, List<String> argv) {
    return process("/", environment, argv);
  }

  @Override
  public ProcessBuilder inner(Map<String, String> environment, List<String> argv) {
    return process("/overlay", environment, argv);
  }

  @Override
  public void signal(Process process, String signal) {
    new ProcessFamily(process, false).signal(signal);
  }

  @Override
  public void hangUp(Process process, long milliseconds) {
    new ProcessFamily(process, false).hangUp(milliseconds);
  }

  @Override
  public Reach reach() {
    return network.reach();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return lifeline.ended();
  }

  @Override
  public void close() {
    lifeline.close();
  }

  private ProcessBuilder process(String root, Map<String, String> environment, List<String> argv) {
    if (!lifeline.holds()) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND, "the sandbox has ended", "Start the job again.");
    }
    // A guest may have removed its home, or put a link there that would lead out of the sandbox.
    boolean home = Files.isDirectory(merged().resolve("root"), LinkOption.NOFOLLOW_LINKS);
    Map<String, String> all = new LinkedHashMap<>(ENVIRONMENT);
    all.putAll(environment);
    return ExactCommand.of(
        footing.enter(
            tools,
            lifeline.pid(),
            network.own().isPresent(),
            root,
            home ? "/overlay/root" : "/overlay"),
        all,
        argv);
  }

  /** An overlay whose work directory does not suit it is read-only, without an error. */
  private void probeWriting() throws IOException {
    Path probe = merged().resolve(".mags-" + UUID.randomUUID());
    Files.createFile(probe);
    Files.delete(probe);
  }

  /**
   * What is not a directory where something will be mounted could lead the mount elsewhere, on the
   * host's file system.
   */
  private static void clearMountPoints(Isolation isolation, Ground ground) throws IOException {
    List<String> points = new ArrayList<>(Mounts.POINTS);
    points.addAll(HostImage.programDirectories());
    for (String name : points) {
      Path point = ground.top().resolve(name);
      if (blocks(point)) {
        Files.delete(point);
      }
      boolean hidden = ground.lower().stream().anyMatch(layer -> blocks(layer.resolve(name)));
      if (hidden || isolation == Isolation.FLAT) {
        DirectoryTree.createPrivate(point);
      }
    }
  }

  private static boolean blocks(Path point) {
    return Files.exists(point, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(point, LinkOption.NOFOLLOW_LINKS);
  }

  /** Files that are copied to {@code /run} inside, where links in {@code /etc} point to them. */
  private static void writeRun(Path run, String hostname, SandboxNetwork network)
      throws IOException {
    DirectoryTree.create(run, "rwxr-xr-x");
    Files.writeString(run.resolve("hostname"), hostname + "\n");
    Files.write(run.resolve("resolv.conf"), network.resolverInside());
    Path hosts = Path.of("/etc/hosts");
    String known = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";
    if (Files.isReadable(hosts)) {
      known = Files.readString(hosts, StandardCharsets.ISO_8859_1);
    }
    Files.writeString(
        run.resolve("hosts"),
        known + (known.endsWith("\n") ? "" : "\n") + "127.0.1.1\t" + hostname + "\n",
        StandardCharsets.ISO_8859_1);
    for (String name : List.of("hostname", "resolv.conf", "hosts")) {
      DirectoryTree.share(run.resolve(name));
    }
  }
}
