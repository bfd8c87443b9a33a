package run.mags.local.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process and everything that comes from it: its descendants, and all in the sessions that they
 * lead, so that a child stays in the family when its parent has ended. Only a process that made a
 * session of its own (a daemon) and whose ancestors all ended before it was first looked for is not
 * found.
 */
final class ProcessFamily {
  private static final int KILL_ROUNDS = 100;
  private static final int START_ROUNDS = 40;
  private static final long START_PAUSE_MILLISECONDS = 5;
  private static final long LOOK_PAUSE_MILLISECONDS = 25;
  private static final String HANG_UP = "HUP";

  private final Process head;
  private final boolean headBelongs;
  private final Set<Long> sessions = new HashSet<>();

  /**
   * @param headBelongs whether signals are meant for the head as well; otherwise it is a messenger
   *     that waits for the real process and passes on its status
   */
  ProcessFamily(Process head, boolean headBelongs) {
    this.head = head;
    this.headBelongs = headBelongs;
  }

  /** Sends a signal, named without SIG, to all; KILL goes on until none is left. */
  void signal(String signal) {
    if (!signal.matches("[A-Z0-9]{1,12}") || !head.isAlive()) {
      return;
    }
    if (signal.equals("KILL")) {
      kill();
      return;
    }
    send(signal, arrived());
  }

  /**
   * Sends HUP to all, and KILL when the head is still there {@code milliseconds} later. A child
   * that is being started meanwhile would be in nobody's list, and nothing would end it once its
   * parent is gone: such orphans are looked for and get their HUP, too. Who ignores it lives on
   * when the head has ended, as with {@code nohup}. Returns when all are gone or the time is over.
   */
  void hangUp(long milliseconds) {
    if (!head.isAlive()) {
      return;
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    Set<Long> told = new HashSet<>(arrived());
    send(HANG_UP, told);
    while (System.nanoTime() < end) {
      Uninterrupted.sleep(LOOK_PAUSE_MILLISECONDS);
      Map<Long, ProcessTable.Entry> table = ProcessTable.read().entries();
      Set<Long> members = members(table);
      if (members.isEmpty() && !head.isAlive()) {
        return;
      }
      List<Long> orphans = new ArrayList<>();
      for (long member : members) {
        // The child of one who lives may be what cleans up after the signal.
        long parent = table.get(member).parent();
        if (parent != head.pid() && !members.contains(parent) && told.add(member)) {
          orphans.add(member);
        }
      }
      send(HANG_UP, orphans);
    }
    if (head.isAlive()) {
      kill();
    }
  }

  /** The members; of a process that has just been started, when the real one is there. */
  private Set<Long> arrived() {
    Set<Long> members = members();
    for (int round = 0; members.isEmpty() && head.isAlive() && round < START_ROUNDS; round++) {
      Uninterrupted.waitFor(head, START_PAUSE_MILLISECONDS);
      members = members();
    }
    return members.isEmpty() && head.isAlive() ? Set.of(head.pid()) : members;
  }

  private void kill() {
    Set<Long> members = members();
    if (members.isEmpty()) {
      // Stopped, the messenger cannot start the real process behind our back.
      send("STOP", Set.of(head.pid()));
      members = members();
      if (members.isEmpty()) {
        send("KILL", Set.of(head.pid()));
        return;
      }
      send("CONT", Set.of(head.pid()));
    }
    for (int round = 0; !members.isEmpty() && round < KILL_ROUNDS; round++) {
      send("KILL", members);
      members = members();
    }
  }

  /**
   * The living members at this moment, parents before their children: a shell whose child is killed
   * first would go on with its next command.
   */
  private Set<Long> members() {
    return members(ProcessTable.read().entries());
  }

  private Set<Long> members(Map<Long, ProcessTable.Entry> table) {
    ProcessTable.Entry self = table.get(ProcessHandle.current().pid());
    long ownSession = self == null ? 0 : self.session();
    Set<Long> members = new LinkedHashSet<>(Set.of(head.pid()));
    Deque<Long> unseen = new ArrayDeque<>(members);
    while (!unseen.isEmpty()) {
      long member = unseen.remove();
      long session = table.containsKey(member) ? table.get(member).session() : 0;
      if (session != 0 && session != ownSession) {
        sessions.add(session);
      }
      table.forEach(
          (pid, process) -> {
            if (process.parent() == member && members.add(pid)) {
              unseen.add(pid);
            }
          });
      if (unseen.isEmpty()) {
        // Those whose parents have ended, after all who still have theirs.
        table.forEach(
            (pid, process) -> {
              if (sessions.contains(process.session()) && members.add(pid)) {
                unseen.add(pid);
              }
            });
      }
    }
    if (!headBelongs || !table.containsKey(head.pid())) {
      members.remove(head.pid());
    }
    return members;
  }

  private static void send(String signal, Collection<Long> processes) {
    if (processes.isEmpty()) {
      return;
    }
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\" 2>/dev/null", signal));
    processes.forEach(process -> command.add(Long.toString(process)));
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().clear();
      Uninterrupted.waitFor(
          builder
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      // No process can be started: there is nothing else that could be done about these.
    }
  }
}
