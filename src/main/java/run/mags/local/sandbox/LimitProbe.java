package run.mags.local.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import run.mags.error.CliException;
import run.mags.local.sandbox.Probe.Finding;

/** Which limits hold on this machine, found out like the level of isolation: by using them. */
public final class LimitProbe {
  private static final long SMALL_DISK = 16L << 20;
  private static final String GROUPS_CURE =
      "Start the backend where it may make control groups: as root, or with"
          + " systemd-run --user --scope mags local start";

  private final Path state;
  private final Probe probe;
  private final Optional<ControlGroups> groups = ControlGroups.here();

  private LimitProbe(Path state, Probe probe) {
    this.state = state;
    this.probe = probe;
  }

  /** What holds at the level that was found, with the reason and the cure where it does not. */
  public static List<Finding> findings(Path state, Probe probe) {
    LimitProbe limits = new LimitProbe(state, probe);
    return List.of(limits.processes(), limits.memory(), limits.disk());
  }

  private Finding processes() {
    String most = "at most " + Limits.PROCESSES + " in a sandbox, ";
    if (groups.isPresent() && groups.get().limitProcesses()) {
      return new Finding("process limit", true, most + "by control groups", "");
    }
    if (probe.countsProcesses()) {
      return new Finding("process limit", true, most + "by its user namespace", "");
    }
    return new Finding(
        "process limit",
        false,
        "no control group for it can be made, so a fork bomb takes what the machine has",
        GROUPS_CURE);
  }

  private Finding memory() {
    if (groups.isPresent() && groups.get().limitMemory()) {
      return new Finding(
          "memory limit",
          true,
          "by control groups, all sandboxes together at most "
              + Limits.MEMORY_PERCENT
              + " % of this machine's",
          "");
    }
    return new Finding(
        "memory limit",
        false,
        "no control group for it can be made, so it holds for each process by itself",
        GROUPS_CURE);
  }

  private Finding disk() {
    String what = "disk limit";
    Optional<Finding> missing = missing(what, probe.level(), probe.footing(), Root.here());
    if (missing.isPresent()) {
      return missing.get();
    }
    Optional<String> failure = tryDisk();
    return failure.isEmpty()
        ? new Finding(what, true, "for jobs without a workspace, by a disk of their own", "")
        : new Finding(
            what,
            false,
            failure.get(),
            "Install the package e2fsprogs, and start the backend where loop devices are.");
  }

  /**
   * What stands in the way of disks of a limited size, whatever disks are there.
   *
   * @param root whether this is the machine's root
   */
  static Optional<Finding> missing(
      String what, Isolation level, Optional<Footing> footing, boolean root) {
    String detail = null;
    String cure = null;
    if (!root) {
      detail = "only root can mount a disk of limited size";
      cure = "Start the backend as root" + (level == Isolation.OVERLAY ? "." : ", with overlays.");
    } else if (level != Isolation.OVERLAY) {
      detail =
          "sandboxes here are "
              + (level == Isolation.FLAT ? "copied trees" : "plain processes")
              + ", and only an overlay can stand on a disk of limited size";
      cure = "Name a directory with --state DIR where overlays work, or see above why they do not.";
    } else if (!footing.equals(Optional.of(Footing.ROOT))) {
      detail =
          "sandboxes here are in a user namespace, since namespaces without one are refused, and"
              + " there no disk can be mounted";
      cure = "Start the backend where root may mount (a container: with --privileged).";
    }
    return detail == null
        ? Optional.empty()
        : Optional.of(new Finding(what, false, detail + ": --disk is not enforced", cure));
  }

  /** Why a sandbox cannot have a disk of its own. */
  private Optional<String> tryDisk() {
    List<String> remarks = new ArrayList<>();
    Path trial = state.resolve("probe-" + UUID.randomUUID());
    SandboxSpec spec =
        new SandboxSpec(
            trial.resolve("run"),
            Optional.empty(),
            Optional.empty(),
            false,
            "probe",
            new Limits(OptionalLong.empty(), OptionalLong.of(SMALL_DISK)));
    try (Sandbox sandbox = Sandboxes.open(trial, IsolationChoice.NS).start(spec)) {
      remarks.addAll(sandbox.remarks());
    } catch (CliException e) {
      remarks.add(e.getMessage());
    } finally {
      Sandboxes.erase(trial);
    }
    return remarks.stream().map(text -> text.replace(DiskImage.NOT_LIMITED, "")).findFirst();
  }
}
