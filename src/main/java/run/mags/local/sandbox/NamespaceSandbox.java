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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

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
  private final HostImage image;
  private final Ground ground;
  private final Confinement confinement;
  private final Lifeline lifeline;

  private NamespaceSandbox(
      Isolation isolation,
      Footing footing,
      Tools tools,
      HostImage image,
      Ground ground,
      Confinement confinement,
      Lifeline lifeline) {
    this.isolation = isolation;
    this.footing = footing;
    this.tools = tools;
    this.image = image;
    this.ground = ground;
    this.confinement = confinement;
    this.lifeline = lifeline;
  }

  /**
   * Starts one.
   *
   * @param isolation one of the two levels with namespaces
   * @param spec with a directory that is there already and a valid host name
   * @param disk a file system of its own for what it writes, where nothing is kept
   * @param cleanup runs once after the end, but not when the start fails
   * @throws IOException with the reason, when this machine does not allow it
   */
  static NamespaceSandbox start(
      Isolation isolation,
      Footing footing,
      Tools tools,
      HostImage image,
      Ground ground,
      Confinement confinement,
      SandboxSpec spec,
      Optional<Path> disk,
      Runnable cleanup)
      throws IOException {
    Path mount = spec.directory().resolve("mount");
    DirectoryTree.delete(mount);
    DirectoryTree.createPrivate(mount);
    Mounts mounts = new Mounts(image, MountTable.read());
    clearMountPoints(isolation, image, ground);
    String fstab;
    if (isolation == Isolation.OVERLAY) {
      List<Path> lower = new ArrayList<>(ground.lower());
      lower.add(image.skeleton());
      for (int i = 0; i < lower.size(); i++) {
        Files.createSymbolicLink(mount.resolve(Integer.toString(i)), lower.get(i));
      }
      if (disk.isPresent()) {
        Files.createSymbolicLink(mount.resolve("disk"), disk.get());
        Files.createSymbolicLink(mount.resolve("first"), ground.top());
        DirectoryTree.createPrivate(mount.resolve("limited"));
      }
      Path limited = mount.resolve("limited");
      Files.createSymbolicLink(
          mount.resolve("upper"), disk.isPresent() ? limited.resolve("upper") : ground.top());
      Files.createSymbolicLink(
          mount.resolve("work"), disk.isPresent() ? limited.resolve("work") : ground.work());
      fstab = mounts.overlay(lower.size(), ground.holder().isPresent(), footing);
    } else {
      fstab = mounts.flat(ground.top().toRealPath(), footing);
    }
    DirectoryTree.write(mount.resolve("fstab"), fstab);
    DirectoryTree.write(mount.resolve("read-only"), mounts.readOnly(footing));
    writeRun(mount.resolve("run"), spec.hostname());

    Files.createSymbolicLink(mount.resolve("outer"), image.outer());
    Files.createSymbolicLink(mount.resolve("merged"), image.merged());
    if (ground.holder().isPresent()) {
      Files.createSymbolicLink(mount.resolve("holder"), ground.holder().get());
    }
    DirectoryTree.write(mount.resolve("init"), Script.named("init.sh"));

    List<String> command = new ArrayList<>(footing.create(tools));
    command.addAll(List.of(tools.need("sh"), "init", spec.hostname()));
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
    NamespaceSandbox sandbox =
        new NamespaceSandbox(isolation, footing, tools, image, ground, confinement, lifeline);
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
    return Path.of("/proc/" + lifeline.pid() + "/root" + image.landing(), "overlay");
  }

  @Override
  public Isolation isolation() {
    return isolation;
  }

  @Override
  public ProcessBuilder outer(Map<String, String> environment, List<String> argv) {
    return process("", environment, argv);
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
  public CompletableFuture<Void> ended() {
    return lifeline.ended();
  }

  @Override
  public void close() {
    lifeline.close();
  }

  /**
   * Holds for what runs when it begins; what enters meanwhile waits at its first step, if at all.
   */
  synchronized void during(Writers.Action action) throws IOException {
    boolean frozen = confinement.freeze();
    try {
      if (!frozen) {
        signalAll("STOP");
      }
      action.run();
    } finally {
      if (frozen) {
        confinement.thaw();
      } else {
        signalAll("CONT");
      }
    }
  }

  /** Reaches all but the first process and the shell that sends it. */
  private void signalAll(String signal) throws IOException {
    if (lifeline.holds()) {
      ProcessBuilder kill =
          inner(Map.of(), List.of("/bin/sh", "-c", "kill -" + signal + " -1"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      Uninterrupted.waitFor(kill.start());
    }
  }

  @Override
  public synchronized void sync() throws IOException {
    if (ground.workspace().isPresent()) {
      SyncPoint.make(ground.workspace().get(), isolation, tools, this::during);
    }
  }

  @Override
  public List<String> remarks() {
    return ground.remarks();
  }

  @Override
  public long memoryKills() {
    return confinement.memoryKills();
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
    List<String> way = new ArrayList<>(confinement.way(all));
    if (image.tree().isPresent()) {
      String inside = root.isEmpty() ? "/overlay/root" : "/root";
      way.addAll(
          footing.enterByChroot(
              tools, lifeline.pid(), image.landing() + root, home ? inside : "/"));
    } else {
      way.addAll(footing.enter(tools, lifeline.pid(), root, home ? "/overlay/root" : "/overlay"));
    }
    return ExactCommand.of(way, all, argv);
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
  private static void clearMountPoints(Isolation isolation, HostImage image, Ground ground)
      throws IOException {
    List<String> points = new ArrayList<>(Mounts.POINTS);
    if (image.tree().isPresent()) {
      RootTree.linkRunFiles(ground.top(), isolation);
      if (!Files.exists(image.skeleton().resolve("root"), LinkOption.NOFOLLOW_LINKS)) {
        DirectoryTree.createPrivate(ground.top().resolve("root"));
      }
    } else {
      points.addAll(HostImage.programDirectories());
    }
    for (String name : points) {
      Path point = ground.top().resolve(name);
      if (blocks(point)) {
        Files.delete(point);
      }
      boolean hidden =
          image.tree().isPresent()
              || ground.lower().stream().anyMatch(layer -> blocks(layer.resolve(name)));
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
  private static void writeRun(Path run, String hostname) throws IOException {
    DirectoryTree.create(run, "rwxr-xr-x");
    Files.writeString(run.resolve("hostname"), hostname + "\n");
    Path resolver = Path.of("/etc/resolv.conf");
    Files.write(
        run.resolve("resolv.conf"),
        Files.isReadable(resolver) ? Files.readAllBytes(resolver) : new byte[0]);
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
