package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Control groups (source: cgroups(7)) for sandboxes, version 1 or 2, below one group of this JVM
 * that bounds all of them together. Which hierarchies can be used is found out by using them.
 */
final class ControlGroups {
  /** Followed by the JVM's process id, so that the next one can clear away after a kill. */
  private static final String PREFIX = "mags-local-";

  private static final String PIDS = "pids";
  private static final String MEMORY = "memory";
  private static final String FREEZER = "freezer";

  /** A directory in which groups can be made, and what can be controlled there. */
  record Parent(Path directory, boolean second, Set<String> controllers) {}

  /** What this machine has: decided once, since it takes a process to find out. */
  private static Optional<ControlGroups> here;

  private final List<Parent> parents;
  private final String own = PREFIX + ProcessHandle.current().pid();

  private ControlGroups(List<Parent> parents) {
    this.parents = parents;
  }

  /** Those of this machine; empty where this process can make none that limit anything. */
  static synchronized Optional<ControlGroups> here() {
    if (here == null) {
      here = find();
    }
    return here;
  }

  /** Whether the number of processes can be limited. */
  boolean limitProcesses() {
    return has(PIDS);
  }

  /** Whether memory can be limited. */
  boolean limitMemory() {
    return has(MEMORY);
  }

  private boolean has(String controller) {
    return parents.stream().anyMatch(parent -> parent.controllers().contains(controller));
  }

  /** Makes a group for a sandbox. */
  ControlGroup create(Limits limits) throws IOException {
    String name = UUID.randomUUID().toString();
    Map<Path, Parent> made = new LinkedHashMap<>();
    try {
      for (Parent parent : parents) {
        Path group = createBelowOwn(parent, name);
        made.put(group, parent);
        if (parent.controllers().contains(PIDS)) {
          Files.writeString(group.resolve("pids.max"), "" + Limits.PROCESSES);
        }
        if (parent.controllers().contains(MEMORY) && limits.memory().isPresent()) {
          limitMemory(group, parent.second(), limits.memory().getAsLong());
        }
      }
      return new ControlGroup(made);
    } catch (IOException | RuntimeException e) {
      new ControlGroup(made).close();
      throw e;
    }
  }

  /** In one step, since the last sandbox to end takes the JVM's group away. */
  private Path createBelowOwn(Parent parent, String name) throws IOException {
    synchronized (ControlGroups.class) {
      Path own = parent.directory().resolve(this.own);
      if (!Files.isDirectory(own)) {
        createOwn(own, parent);
      }
      return Files.createDirectory(own.resolve(name));
    }
  }

  /** Removes the JVM's group if it was the last sandbox's that is gone. */
  static synchronized void removeOwn(Path own) {
    try {
      Files.deleteIfExists(own);
    } catch (IOException e) {
      // Others are in it.
    }
  }

  /** The group of this JVM, with the bounds for all sandboxes together. */
  private static void createOwn(Path group, Parent parent) throws IOException {
    Files.createDirectory(group);
    if (parent.second()) {
      for (String controller : parent.controllers()) {
        if (!controller.equals(FREEZER)) {
          Files.writeString(group.resolve("cgroup.subtree_control"), "+" + controller);
        }
      }
    }
    if (parent.controllers().contains(PIDS)) {
      Files.writeString(group.resolve("pids.max"), "" + MachineSize.processes() / 2);
    }
    if (parent.controllers().contains(MEMORY)) {
      limitMemory(group, parent.second(), MachineSize.memory() / 100 * Limits.MEMORY_PERCENT);
    }
  }

  private static void limitMemory(Path group, boolean second, long bytes) throws IOException {
    Files.writeString(group.resolve(second ? "memory.max" : "memory.limit_in_bytes"), "" + bytes);
    // Where swap is not counted there is no such file, or the kernel refuses.
    Path swap = group.resolve(second ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
    try {
      Files.writeString(swap, second ? "0" : "" + bytes);
    } catch (IOException e) {
      return;
    }
  }

  private static Optional<ControlGroups> find() {
    try {
      List<Parent> usable = new ArrayList<>();
      String mounts = Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8);
      String groups = Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.UTF_8);
      for (List<Parent> candidates : candidates(mounts, groups)) {
        for (Parent candidate : candidates) {
          if (works(candidate)) {
            usable.add(candidate);
            break;
          }
        }
      }
      ControlGroups found = new ControlGroups(usable);
      return found.limitMemory() || found.limitProcesses() ? Optional.of(found) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * For each hierarchy the directories to try, best first: where this process is, then above. In
   * version 2 a group with processes in it cannot hand on controllers, so that only those above
   * come into question, or the root.
   *
   * @param mounts the text of {@code /proc/self/mountinfo}
   * @param groups the text of {@code /proc/self/cgroup}
   */
  static List<List<Parent>> candidates(String mounts, String groups) {
    List<List<Parent>> all = new ArrayList<>();
    for (String line : mounts.split("\n", -1)) {
      int dash = line.indexOf(" - ");
      if (dash < 0) {
        continue;
      }
      String[] left = line.substring(0, dash).split(" ", -1);
      String[] right = line.substring(dash + 3).split(" ", -1);
      boolean second = right[0].equals("cgroup2");
      if (!second && !right[0].equals("cgroup")) {
        continue;
      }
      Set<String> controllers = new TreeSet<>();
      for (String option : right[right.length - 1].split(",", -1)) {
        if (Set.of(PIDS, MEMORY, FREEZER).contains(option)) {
          controllers.add(option);
        }
      }
      if (second || !controllers.isEmpty()) {
        all.add(upwards(Path.of(left[4]), left[3], groups, second, controllers));
      }
    }
    return all;
  }

  private static List<Parent> upwards(
      Path mount, String root, String groups, boolean second, Set<String> controllers) {
    List<Parent> found = new ArrayList<>();
    for (String line : groups.split("\n", -1)) {
      String[] fields = line.split(":", 3);
      boolean same =
          fields.length == 3
              && (second
                  ? fields[0].equals("0")
                  : Set.of(fields[1].split(",", -1)).containsAll(controllers));
      if (!same) {
        continue;
      }
      String path = fields[2];
      if (!root.equals("/") && path.startsWith(root)) {
        path = path.substring(root.length());
      }
      Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
      for (; group != null && group.startsWith(mount); group = group.getParent()) {
        found.add(new Parent(group, second, second ? handedOn(group) : controllers));
      }
    }
    return found;
  }

  /** The controllers that groups below this one of version 2 get; freezing needs none. */
  private static Set<String> handedOn(Path group) {
    Set<String> controllers = new TreeSet<>(Set.of(FREEZER));
    try {
      String text = Files.readString(group.resolve("cgroup.subtree_control")).strip();
      for (String controller : text.split(" ", -1)) {
        if (controller.equals(PIDS) || controller.equals(MEMORY)) {
          controllers.add(controller);
        }
      }
    } catch (IOException e) {
      return Set.of();
    }
    return controllers;
  }

  /** Whether a group can be made there and a process put into it. */
  private static boolean works(Parent parent) {
    if (parent.second() && parent.controllers().size() < 2) {
      return false;
    }
    Path trial = parent.directory().resolve(PREFIX + "trial-" + UUID.randomUUID());
    try {
      removeLeftovers(parent.directory());
      Files.createDirectory(trial);
    } catch (IOException e) {
      return false;
    }
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", "echo 0 >\"$0\"", trial + "/cgroup.procs")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return Uninterrupted.waitFor(shell) == 0;
    } catch (IOException e) {
      return false;
    } finally {
      ControlGroup.remove(trial);
    }
  }

  /** In version 1 what stands still cannot even die. */
  private static void thaw(Path group) throws IOException {
    Path state = group.resolve("freezer.state");
    if (Files.exists(state)) {
      Files.writeString(state, "THAWED");
    }
  }

  /** Groups of JVMs that were killed. */
  private static void removeLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, PREFIX + "[0-9]*")) {
      for (Path group : groups) {
        long pid = Long.parseLong(group.getFileName().toString().substring(PREFIX.length()));
        // Those of another user are not ours to remove.
        if (Files.isWritable(group) && ProcessHandle.of(pid).isEmpty()) {
          try (DirectoryStream<Path> children = Files.newDirectoryStream(group, "*-*-*")) {
            for (Path child : children) {
              thaw(child);
              ControlGroup.remove(child);
            }
          }
          ControlGroup.remove(group);
        }
      }
    } catch (NumberFormatException e) {
      // Not one of ours.
    }
  }
}
