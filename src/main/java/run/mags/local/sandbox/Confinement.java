package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What bounds the processes of one sandbox: a control group where there is one, else the limits
 * that a process hands on to its children, which hold for each process by itself. In both cases the
 * kernel ends them before others when the machine's memory runs out.
 */
final class Confinement implements AutoCloseable {
  /** From -1000 to 1000 (source: proc(5)); what the user works with has 0, as a rule. */
  private static final int DISPOSABLE = 500;

  private final Optional<ControlGroup> group;
  private final String script;
  private final List<String> remarks;

  private Confinement(Optional<ControlGroup> group, String script, List<String> remarks) {
    this.group = group;
    this.script = script;
    this.remarks = remarks;
  }

  /**
   * Makes one.
   *
   * @param counted whether the kernel counts the processes of this sandbox by themselves against
   *     their own limit, as in a user namespace (Linux 5.14 and later)
   */
  static Confinement create(Limits limits, boolean counted) throws IOException {
    Optional<ControlGroups> groups = ControlGroups.here();
    Optional<ControlGroup> group = Optional.empty();
    if (groups.isPresent()) {
      group = Optional.of(groups.get().create(limits));
    }
    StringBuilder script = new StringBuilder();
    List<String> remarks = new ArrayList<>();
    if (group.isPresent()) {
      for (Path entrance : group.get().entrances()) {
        // Quoted: the path comes from the kernel, but may hold anything that a name can.
        script.append("echo 0 >'").append(entrance.toString().replace("'", "'\\''"));
        script.append("' || exit 126\n");
      }
    }
    if (groups.isEmpty() || !groups.get().limitMemory()) {
      if (limits.memory().isPresent()) {
        remarks.add("the memory limit holds for each process by itself: see mags local doctor");
      }
      long most = MachineSize.memory() / 100 * Limits.MEMORY_PERCENT;
      // What may be written and is no file's: unlike address space (-v), which runtimes reserve.
      script.append("ulimit -d ").append(limits.memory().orElse(most) / 1024).append('\n');
    }
    if (counted && (groups.isEmpty() || !groups.get().limitProcesses())) {
      // Shells do not agree on the letter.
      script.append("ulimit -u N 2>/dev/null || ulimit -p N\n".replace("N", "" + Limits.PROCESSES));
    }
    script.append("{ echo ").append(DISPOSABLE).append(" >/proc/self/oom_score_adj; } 2>/dev/null");
    script.append('\n');
    return new Confinement(group, script.toString(), List.copyOf(remarks));
  }

  /**
   * What stands before a command so that it and its children are bounded.
   *
   * @param environment the command's; shells export some variables by themselves, which go if they
   *     are not in there
   */
  List<String> way(Map<String, String> environment) {
    StringBuilder all = new StringBuilder(script);
    for (String own : List.of("PWD", "OLDPWD", "SHLVL")) {
      if (!environment.containsKey(own)) {
        all.append("unset ").append(own).append('\n');
      }
    }
    return List.of("/bin/sh", "-c", all.append("exec \"$@\"").toString(), "sh");
  }

  /** What its user should know of the limits. */
  List<String> remarks() {
    return remarks;
  }

  /** Stops all processes where they are; false where there is no control group for that. */
  boolean freeze() {
    return group.isPresent() && group.get().freeze();
  }

  /** Lets them go on. */
  void thaw() {
    group.ifPresent(ControlGroup::thaw);
  }

  /** How many processes the kernel ended because the sandbox's memory was used up. */
  long memoryKills() {
    return group.isPresent() ? group.get().memoryKills() : 0;
  }

  @Override
  public void close() {
    group.ifPresent(ControlGroup::close);
  }
}
