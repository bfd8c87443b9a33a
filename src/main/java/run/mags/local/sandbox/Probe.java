package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * What this machine can do, found out by doing it: a small sandbox of each kind is started in the
 * state directory until one works, written to and entered. Kernel versions and settings are never
 * asked; they only explain a failure.
 */
public final class Probe {
  /**
   * One thing that was tried.
   *
   * @param what what was tried, in a word or two
   * @param works whether it worked
   * @param detail what was found, or why it did not work
   * @param cure what to do about it, as a sentence; empty when it works
   */
  public record Finding(String what, boolean works, String detail, String cure) {}

  private final Tools tools;
  private final Cures cures;
  private final Map<Isolation, Map<Footing, String>> failures = new LinkedHashMap<>();
  private Isolation level = Isolation.PLAIN;
  private Optional<Footing> footing = Optional.empty();
  private boolean countsProcesses;

  private Probe(Tools tools, Cures cures) {
    this.tools = tools;
    this.cures = cures;
  }

  /**
   * Tries the levels, strongest first, until one works. It takes some tens of milliseconds where
   * the first one does.
   *
   * @param state the state directory, since its file system matters; made when it is missing
   * @throws CliException when nothing can be written there
   */
  public static Probe run(Path state) {
    return run(state, Tools.find(), List.of(Isolation.OVERLAY, Isolation.FLAT));
  }

  /** The same with these programs, and for these levels only. */
  static Probe run(Path state, Tools tools, List<Isolation> levels) {
    Probe probe = new Probe(tools, new Cures(Path.of("/"), Root.here()));
    if (!tools.missingForNamespaces().isEmpty()) {
      return probe;
    }
    for (Isolation level : levels) {
      for (Footing footing : Footing.candidates(Root.here())) {
        Optional<String> failure = probe.attempt(state, level, footing);
        if (failure.isEmpty()) {
          probe.level = level;
          probe.footing = Optional.of(footing);
          return probe;
        }
        probe
            .failures
            .computeIfAbsent(level, key -> new LinkedHashMap<>())
            .put(footing, failure.get());
      }
    }
    return probe;
  }

  /** The strongest level that works here. */
  public Isolation level() {
    return level;
  }

  /** How namespaces are made; empty at {@link Isolation#PLAIN}. */
  Optional<Footing> footing() {
    return footing;
  }

  /** Whether each sandbox has its own count of processes for its own limit. */
  boolean countsProcesses() {
    return countsProcesses;
  }

  /** Everything that was tried, for people: with the reason and the cure where it did not work. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(programs());
    if (tools.missingForNamespaces().isEmpty()) {
      findings.add(namespaces());
      if (footing.isPresent()) {
        findings.add(overlay());
      }
    }
    if (footing.equals(Optional.of(Footing.ROOT))) {
      findings.add(capabilities());
    }
    findings.add(terminals());
    return findings;
  }

  private Finding programs() {
    List<String> missing = tools.missingForNamespaces();
    if (missing.isEmpty()) {
      return new Finding("programs", true, "unshare, nsenter, mount and their like are there", "");
    }
    return new Finding(
        "programs",
        false,
        "not found: " + String.join(", ", missing),
        "On Linux, install the package util-linux; other systems have no namespaces.");
  }

  private Finding namespaces() {
    if (footing.isPresent()) {
      String how = footing.get() == Footing.ROOT ? "as root" : "in a user namespace";
      return new Finding("namespaces", true, "made " + how, "");
    }
    return new Finding("namespaces", false, lastFailure(), cures.forNamespaces());
  }

  private Finding overlay() {
    if (level == Isolation.OVERLAY) {
      return new Finding("overlay", true, "workspaces are overlays in the state directory", "");
    }
    Map<Footing, String> reasons = failures.getOrDefault(Isolation.OVERLAY, Map.of());
    return new Finding(
        "overlay",
        false,
        reasons.getOrDefault(footing.orElseThrow(), "not tried"),
        "Keep the state on ext4, xfs, btrfs or tmpfs (--state DIR), and use Linux 5.11 or later.");
  }

  private Finding capabilities() {
    return tools.path("setpriv").isPresent()
        ? new Finding("capabilities", true, "root inside has only what servers need", "")
        : new Finding(
            "capabilities",
            false,
            "not found: setpriv, so root inside keeps the power of root outside",
            "Install the package util-linux or setpriv, or do not run the local backend as root.");
  }

  private Finding terminals() {
    return tools.path("script").isPresent()
        ? new Finding("terminals", true, "script is there", "")
        : new Finding(
            "terminals",
            false,
            "not found: script, so there are no interactive shells",
            "Install the package util-linux, bsdutils or util-linux-script.");
  }

  /** Why the last attempt failed: the one that needs least. */
  private String lastFailure() {
    String last = "not tried";
    for (Map<Footing, String> reasons : failures.values()) {
      for (String reason : reasons.values()) {
        last = reason;
      }
    }
    return last;
  }

  private Optional<String> attempt(Path state, Isolation level, Footing footing) {
    Path directory;
    try {
      DirectoryTree.createPrivate(state);
      directory = state.toRealPath().resolve("probe-" + UUID.randomUUID());
      DirectoryTree.createPrivate(directory);
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot write to the state directory " + state + ": " + Reason.of(e),
          "Name a directory of yours with --state DIR.",
          e);
    }
    try {
      SandboxSpec spec = new SandboxSpec(directory, Optional.empty(), Optional.empty(), "probe");
      boolean counted = footing == Footing.USER_NAMESPACE;
      HostImage image = HostImage.build(directory.resolve("image"));
      DirectoryTree.create(image.skeleton().resolve("etc/probe"), "rwxr-xr-x");
      try (Confinement confinement = Confinement.create(Limits.NONE, false);
          Ground ground = Ground.prepare(level, spec, tools, Optional.of(image.skeleton()));
          NamespaceSandbox sandbox =
              NamespaceSandbox.start(
                  level,
                  footing,
                  tools,
                  image,
                  ground,
                  confinement,
                  spec,
                  Optional.empty(),
                  () -> {})) {
        replaceDirectory(sandbox.merged().resolve("etc/probe"));
        enter(sandbox, "exit 0");
        countsProcesses = counted && counts(sandbox);
      }
      return Optional.empty();
    } catch (IOException e) {
      // As seen from inside: "/proc" rather than a long path that is gone in a moment.
      String merged = new HostImage(directory.resolve("image")).merged().toString();
      return Optional.of(Reason.of(e).replace(merged + "/", "/").replace(merged, "/"));
    } finally {
      try {
        DirectoryTree.delete(directory);
      } catch (IOException e) {
        // The remains do no harm, and the sandboxes to come have directories of their own.
      }
    }
  }

  /** Needs extended attributes on the file system below, which some lack and nothing else shows. */
  private static void replaceDirectory(Path lowerDirectory) throws IOException {
    Files.delete(lowerDirectory);
    Files.createDirectory(
        lowerDirectory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  /**
   * Whether the kernel counts the sandbox's processes by themselves: with a limit that is below the
   * number of this JVM's threads a process can be started only then.
   */
  private static boolean counts(NamespaceSandbox sandbox) {
    try {
      enter(sandbox, "ulimit -u 8 2>/dev/null || ulimit -p 8; /bin/true; exit $?");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void enter(NamespaceSandbox sandbox, String script) throws IOException {
    Process process =
        sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (Uninterrupted.waitFor(process) != 0) {
      throw new IOException("cannot enter namespaces: " + output);
    }
  }
}
