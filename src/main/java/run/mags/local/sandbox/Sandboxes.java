package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Makes sandboxes at one level of isolation, which is decided once, when this is opened. Safe for
 * use by several threads, and by several processes with the same state directory.
 */
public final class Sandboxes implements AutoCloseable {
  /**
   * What was found to work on a file system, by its device and the levels tried: a backend in a
   * test starts many times in one JVM, under which the machine does not change. Failures are tried
   * again.
   */
  private static final Map<String, Footed> WORKING = new ConcurrentHashMap<>();

  /**
   * @param counted as in {@link Confinement#create}
   */
  private record Footed(Isolation level, Optional<Footing> footing, boolean counted) {}

  private final Path state;
  private final Tools tools;
  private final Footed footed;
  private final Optional<RootTree> root;
  private final Optional<String> warning;

  /** The host's, unless {@link #withNetwork} said otherwise. */
  private Networks networks = Networks.host();

  private Sandboxes(
      Path state, Tools tools, Footed footed, Optional<RootTree> root, Optional<String> warning) {
    this.state = state;
    this.tools = tools;
    this.footed = footed;
    this.root = root;
    this.warning = warning;
  }

  /**
   * Finds out what works here, by trying.
   *
   * @param state the backend's state directory, made for the owner only when it is missing; {@code
   *     image/} in it belongs to this class
   * @param root a directory or an archive to be the root file system; empty for that of the host
   * @throws CliException when what is chosen does not work here, with the reason and the cure, or
   *     when the directory cannot be used
   */
  public static Sandboxes open(Path state, IsolationChoice choice, Optional<Path> root) {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "the local backend does not run on Windows",
          "Use it inside WSL 2.");
    }
    return open(state, choice, root, Tools.find());
  }

  /** The same with the host's root file system. */
  public static Sandboxes open(Path state, IsolationChoice choice) {
    return open(state, choice, Optional.empty());
  }

  /** The same with these programs. */
  static Sandboxes open(Path state, IsolationChoice choice, Tools tools) {
    return open(state, choice, Optional.empty(), tools);
  }

  private static Sandboxes open(
      Path state, IsolationChoice choice, Optional<Path> root, Tools tools) {
    Optional<RootTree> tree = root.map(RootTree::of);
    Path absolute;
    try {
      DirectoryTree.createPrivate(state);
      absolute = state.toRealPath();
      if (!Files.isWritable(absolute)) {
        throw new AccessDeniedException(absolute.toString());
      }
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot use the state directory " + state + ": " + Reason.of(e),
          "Name a directory of yours with --state DIR.",
          e);
    }
    if (choice == IsolationChoice.PLAIN) {
      if (root.isPresent()) {
        throw new CliException(
            ErrorKind.USAGE,
            "plain processes have the root file system of this machine",
            "Leave --rootfs or --isolation plain out.");
      }
      return plain(absolute, tools, "this was chosen with --isolation plain");
    }
    List<Isolation> levels =
        choice == IsolationChoice.FLAT
            ? List.of(Isolation.FLAT)
            : List.of(Isolation.OVERLAY, Isolation.FLAT);
    String machine = device(absolute) + " " + levels + " " + tools.searchPath();
    Footed working = WORKING.get(machine);
    if (working != null) {
      return new Sandboxes(absolute, tools, working, tree, Optional.empty());
    }
    Probe probe = Probe.run(absolute, tools, levels);
    if (probe.level() != Isolation.PLAIN) {
      Footed found = new Footed(probe.level(), probe.footing(), probe.countsProcesses());
      WORKING.put(machine, found);
      return new Sandboxes(absolute, tools, found, tree, Optional.empty());
    }
    Probe.Finding failed =
        probe.findings().stream().filter(finding -> !finding.works()).findFirst().orElseThrow();
    if (choice == IsolationChoice.AUTO && root.isEmpty()) {
      return plain(absolute, tools, failed.what() + ": " + failed.detail() + ". " + failed.cure());
    }
    throw new CliException(
        ErrorKind.LOCAL_BACKEND,
        "sandboxes cannot be kept apart on this machine: " + failed.what() + ": " + failed.detail(),
        failed.cure());
  }

  private static String device(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:dev").toString();
    } catch (IOException e) {
      return directory.toString();
    }
  }

  private static Sandboxes plain(Path state, Tools tools, String reason) {
    return new Sandboxes(
        state,
        tools,
        new Footed(Isolation.PLAIN, Optional.empty(), false),
        Optional.empty(),
        Optional.of(
            "sandboxes are plain processes of this machine, nothing is kept apart ("
                + reason
                + ")"));
  }

  /**
   * The same with other networks than the host's.
   *
   * @throws CliException when what is chosen does not work here
   */
  public Sandboxes withNetwork(NetworkChoice choice) {
    Sandboxes other = new Sandboxes(state, tools, footed, root, warning);
    other.networks = Networks.open(footed.footing(), tools, choice);
    return other;
  }

  /** The network of every sandbox made here. */
  public Network network() {
    return networks.kind();
  }

  /** The level of every sandbox made here. */
  public Isolation isolation() {
    return footed.level();
  }

  /**
   * At {@link Isolation#PLAIN} that nothing is kept apart, why, and what to do about it; or what is
   * wrong with their network.
   */
  public Optional<String> warning() {
    return warning.isPresent() ? warning : networks.warning();
  }

  /**
   * Starts a sandbox. Its workspace is claimed until it ends: nobody else can have it, neither for
   * writing nor as a base. Its base is claimed together with other readers.
   *
   * @throws CliException when a workspace is in use, was made at another level or does not fit its
   *     base, or when the machine refuses
   */
  public Sandbox start(SandboxSpec specification) {
    SandboxSpec spec =
        specification
            .in(specification.directory().toAbsolutePath().normalize())
            .named(hostname(specification.hostname()));
    try {
      OwnDirectory.claim(spec.directory());
    } catch (IOException e) {
      throw refused(e);
    }
    Equipment equipment = new Equipment(spec.directory());
    try {
      return start(spec, equipment);
    } catch (IOException e) {
      equipment.close();
      throw refused(e);
    } catch (RuntimeException e) {
      equipment.close();
      throw e;
    }
  }

  private Sandbox start(SandboxSpec spec, Equipment equipment) throws IOException {
    // First of all: it frees what a JVM that was killed has left standing still.
    Confinement confinement = equipment.with(Confinement.create(spec.limits(), footed.counted()));
    equipment.with(networks.take(spec.directory()));
    Optional<HostImage> image = Optional.empty();
    if (footed.footing().isPresent()) {
      image =
          Optional.of(
              equipment.with(
                  root.isPresent() ? root.get().prepare(state, tools) : HostImage.prepare(state)));
    }
    Ground ground =
        equipment.with(Ground.prepare(footed.level(), spec, tools, image.map(HostImage::skeleton)));
    confinement.remarks().forEach(ground::remark);
    if (image.isEmpty()) {
      DiskImage.none(spec).ifPresent(ground::remark);
      PlainSandbox sandbox = PlainSandbox.start(tools, ground, confinement, equipment::close);
      ground.workspace().ifPresent(own -> Writers.note(own, sandbox::during));
      return sandbox;
    }
    NamespaceSandbox sandbox = start(spec, equipment, image.get(), ground, confinement);
    ground.workspace().ifPresent(own -> Writers.note(own, sandbox::during));
    return sandbox;
  }

  private NamespaceSandbox start(
      SandboxSpec spec,
      Equipment equipment,
      HostImage image,
      Ground ground,
      Confinement confinement)
      throws IOException {
    Footing footing = footed.footing().orElseThrow();
    Optional<Path> disk = disk(spec, footing, ground);
    try {
      return NamespaceSandbox.start(
          footed.level(),
          footing,
          tools,
          image,
          ground,
          confinement,
          spec,
          disk,
          equipment.network(),
          equipment::close);
    } catch (IOException e) {
      if (disk.isEmpty()) {
        throw e;
      }
      ground.remark(DiskImage.NOT_LIMITED + Reason.of(e));
      return NamespaceSandbox.start(
          footed.level(),
          footing,
          tools,
          image,
          ground,
          confinement,
          spec,
          Optional.empty(),
          equipment.network(),
          equipment::close);
    }
  }

  private Optional<Path> disk(SandboxSpec spec, Footing footing, Ground ground) {
    if (!DiskImage.fits(spec, footed.level(), footing)) {
      DiskImage.none(spec).ifPresent(ground::remark);
      return Optional.empty();
    }
    try {
      return Optional.of(DiskImage.make(spec, tools));
    } catch (IOException e) {
      ground.remark(DiskImage.NOT_LIMITED + Reason.of(e));
      return Optional.empty();
    }
  }

  /**
   * Removes what a sandbox left in its own directory because its JVM died; nothing there is fine.
   *
   * @throws CliException when it cannot be removed, or is not a sandbox's directory
   */
  public static void discard(Path directory) {
    try {
      OwnDirectory.discard(directory);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /**
   * Removes a directory with whatever guests left in it: deep, without permissions, with links;
   * nothing there is fine. For a state directory as a whole.
   *
   * @throws CliException when something cannot be removed
   */
  public static void erase(Path directory) {
    try {
      DirectoryTree.delete(directory);
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot remove " + directory + ": " + Reason.of(e),
          "Remove it as the user that it belongs to.",
          e);
    }
  }

  /** Keeps nothing ready any more; sandboxes that were started are not touched. */
  @Override
  public void close() {
    networks.close();
  }

  private static CliException refused(IOException cause) {
    return new CliException(
        ErrorKind.LOCAL_BACKEND,
        "cannot start a sandbox: " + Reason.of(cause),
        "See what works on this machine: mags local doctor",
        cause);
  }

  /** A host name out of any text: letters, digits and dashes, at most 63. */
  static String hostname(String text) {
    String name = text.replaceAll("[^A-Za-z0-9.-]", "-").replaceAll("^[.-]+", "");
    name = name.substring(0, Math.min(name.length(), 63)).replaceAll("[.-]+$", "");
    return name.isEmpty() ? "mags" : name;
  }
}
