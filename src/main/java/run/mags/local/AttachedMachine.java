package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import run.mags.local.sandbox.Sandbox;

/** A machine that is attached to a job, with the script that runs on it. */
final class AttachedMachine {
  /** How long output may still arrive in the log after a sandbox is gone, in ms. */
  private static final long DRAIN_MS = 2_000;

  private final Machine machine;
  private final JobLedger ledger;
  private final Workers workers;
  private final Runnable onOutput;
  private ScriptRun script;
  private long toldKills;

  /** {@code onOutput} is told whenever the script writes something. */
  AttachedMachine(Machine machine, JobLedger ledger, Workers workers, Runnable onOutput) {
    this.machine = machine;
    this.ledger = ledger;
    this.workers = workers;
    this.onOutput = onOutput;
    machine.sandbox().remarks().forEach(ledger::remark);
  }

  /** Says it in the log if the kernel has ended processes since they had used up the memory. */
  synchronized void tellOfMemory() {
    long kills = machine.sandbox().memoryKills();
    if (kills > toldKills) {
      toldKills = kills;
      ledger.remark("out of memory: the kernel has ended " + kills + " of its processes so far");
    }
  }

  /** Its sandbox. */
  Sandbox sandbox() {
    return machine.sandbox();
  }

  /**
   * Runs a script, the only one of this machine's life.
   *
   * @param startup the startup command, or null for what the job was submitted for
   */
  synchronized ScriptRun run(Map<String, String> environment, String startup) throws IOException {
    Path file =
        startup == null
            ? ledger.folder().script(JobFolder.SCRIPT)
            : ledger.folder().writeScript(JobFolder.STARTUP, startup);
    script = ScriptRun.start(sandbox(), environment, file, ledger.log(), workers, onOutput);
    return script;
  }

  /** Brings the workspace to the disk. */
  void sync() throws IOException {
    machine.sync();
  }

  /** Ends everything on it; returns when it is gone, and what it said is in the log. */
  void close(boolean syncFirst) {
    tellOfMemory();
    try {
      if (syncFirst) {
        machine.sync();
      }
    } catch (IOException e) {
      ledger.remark("sync failed: " + e.getMessage());
    } finally {
      machine.close();
    }
    ScriptRun last;
    synchronized (this) {
      last = script;
    }
    if (last != null) {
      last.drain(DRAIN_MS);
    }
  }
}
