package run.mags.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What is written down of one job: its record and its log. A job goes on when the disk is full;
 * what could not be written is said in the backend's own log.
 *
 * @param record the record, guarded by the job
 * @param folder where it is kept
 * @param log the log
 * @param warnings the backend's own log
 */
record JobLedger(JobRecord record, JobFolder folder, LogFile log, Consumer<String> warnings) {
  /** The ledger of a job that is in {@code folder}. */
  static JobLedger load(Path folder, Consumer<String> warnings) throws IOException {
    OwnerOnly.removeHalves(folder);
    JobFolder files = new JobFolder(folder);
    return new JobLedger(files.load(), files, files.log(), warnings);
  }

  /** The ledger of a new job, in a folder of its own below {@code root}. */
  static JobLedger create(Path root, JobRecord record, String script, Consumer<String> warnings)
      throws IOException {
    Path folder = root.resolve(record.id);
    Path half = OwnerOnly.half(folder);
    try {
      JobFolder files = new JobFolder(half);
      files.writeScript(JobFolder.SCRIPT, script);
      files.save(record);
      Files.move(half, folder);
    } finally {
      OwnerOnly.removeTree(half);
    }
    JobFolder files = new JobFolder(folder);
    return new JobLedger(record, files, files.log(), warnings);
  }

  /** Writes the record as it is now. */
  void save() {
    try {
      folder.save(record);
    } catch (IOException e) {
      warnings.accept("the record of job " + record.id + " cannot be written: " + e.getMessage());
    }
  }

  /** Adds a remark of the backend to the log. */
  void remark(String message) {
    try {
      log.remark(message);
    } catch (IOException e) {
      warnings.accept("the log of job " + record.id + " cannot be written: " + e.getMessage());
    }
  }

  /** Lets go of the log's file until something is written again. */
  void rest() {
    try {
      log.rest();
    } catch (IOException e) {
      warnings.accept("the log of job " + record.id + " cannot be closed: " + e.getMessage());
    }
  }
}
