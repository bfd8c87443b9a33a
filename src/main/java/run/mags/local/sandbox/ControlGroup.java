package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The control group of one sandbox: a directory in each hierarchy that is used. */
final class ControlGroup implements AutoCloseable {
  private static final int ROUNDS = 400;
  private static final long PAUSE_MILLISECONDS = 5;

  private final Map<Path, ControlGroups.Parent> directories;

  ControlGroup(Map<Path, ControlGroups.Parent> directories) {
    this.directories = Map.copyOf(directories);
  }

  /** The files to which a process writes 0 to become a member. */
  List<Path> entrances() {
    return directories.keySet().stream().map(group -> group.resolve("cgroup.procs")).toList();
  }

  /** Stops all members where they are; false when that cannot be done here. */
  boolean freeze() {
    return turn(true);
  }

  /** Lets them go on. */
  void thaw() {
    turn(false);
  }

  private boolean turn(boolean frozen) {
    for (Map.Entry<Path, ControlGroups.Parent> entry : directories.entrySet()) {
      if (!entry.getValue().controllers().contains("freezer")) {
        continue;
      }
      boolean second = entry.getValue().second();
      Path group = entry.getKey();
      String state = frozen ? "FROZEN" : "THAWED";
      try {
        if (second) {
          Files.writeString(group.resolve("cgroup.freeze"), frozen ? "1" : "0");
        } else {
          Files.writeString(group.resolve("freezer.state"), state);
        }
        Path answer = group.resolve(second ? "cgroup.events" : "freezer.state");
        String wanted = second ? "frozen " + (frozen ? 1 : 0) : state;
        for (int round = 0; round < ROUNDS; round++) {
          if (Files.readString(answer).contains(wanted)) {
            return true;
          }
          Uninterrupted.sleep(PAUSE_MILLISECONDS);
        }
      } catch (IOException e) {
        return false;
      }
      if (frozen) {
        turn(false);
      }
      return false;
    }
    return false;
  }

  /** How many members the kernel ended because their memory was used up. */
  long memoryKills() {
    for (Path group : directories.keySet()) {
      for (String file : List.of("memory.events", "memory.oom_control")) {
        try {
          for (String line : Files.readAllLines(group.resolve(file))) {
            if (line.startsWith("oom_kill ")) {
              return Long.parseLong(line.substring("oom_kill ".length()).strip());
            }
          }
        } catch (IOException e) {
          // The other version, or another controller's hierarchy.
        }
      }
    }
    return 0;
  }

  /** Removes the group, whose members have ended; and the JVM's when it was the last one. */
  @Override
  public void close() {
    for (Path group : directories.keySet()) {
      remove(group);
      ControlGroups.removeOwn(group.getParent());
    }
  }

  /**
   * A member that has just ended may still be counted for a moment. One that stands still, as
   * nsenter does when its child was stopped (nsenter.c), never learns that the sandbox has ended,
   * and is ended here.
   */
  static void remove(Path group) {
    for (int round = 0; round < ROUNDS; round++) {
      try {
        Files.deleteIfExists(group);
        return;
      } catch (IOException e) {
        endMembers(group);
        Uninterrupted.sleep(PAUSE_MILLISECONDS);
      }
    }
  }

  private static void endMembers(Path group) {
    try {
      for (String member : Files.readAllLines(group.resolve("cgroup.procs"))) {
        ProcessHandle.of(Long.parseLong(member)).ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (IOException | NumberFormatException e) {
      // It is gone, or they are not ours to see.
    }
  }
}
