package run.mags.local.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Set<Long> members = members();
    for (int round = 0; members.isEmpty() && head.isAlive() && round < START_ROUNDS; round++) {
      // It has just been started, and the real process is not there yet.
      if (Uninterrupted.waitFor(head, START_PAUSE_MILLISECONDS)) {
        return;
      }
      members = members();
    }
    send(signal, members.isEmpty() ? Set.of(head.pid()) : members);
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

  /** The living members at this moment. */
  private Set<Long> members() {
    Map<Long, ProcessTable.Entry> table = ProcessTable.read().entries();
    ProcessTable.Entry self = table.get(ProcessHandle.current().pid());
    Set<Long> members = new HashSet<>(Set.of(head.pid()));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Map.Entry<Long, ProcessTable.Entry> entry : table.entrySet()) {
        ProcessTable.Entry process = entry.getValue();
        if (members.contains(process.parent()) || sessions.contains(process.session())) {
          grown |= members.add(entry.getKey());
        }
        if (members.contains(entry.getKey())
            && process.session() != 0
            && (self == null || process.session() != self.session())) {
          grown |= sessions.add(process.session());
        }
      }
    }
    if (!headBelongs || !table.containsKey(head.pid())) {
      members.remove(head.pid());
    }
    return members;
  }

  private static void send(String signal, Collection<Long> processes) {
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
