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

  /**
   * Writes the record as it is now.
   *
   * @return whether it is written
   */
  boolean save() {
    try {
      folder.save(record);
      return true;
    } catch (IOException e) {
      warnings.accept("the record of job " + record.id + " cannot be written: " + e.getMessage());
      return false;
    }
  }

  /**
   * Says in the log where output is missing, if it is.
   *
   * @return whether nothing is left to be said
   */
  boolean tellOfGap() {
    try {
      log.tellOfGap();
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Writes what the disk had no room for, without a warning if there still is none: the record as
   * it is now, and that output is missing.
   *
   * @return whether all is written
   */
  boolean catchUp() {
    try {
      folder.save(record);
      log.tellOfGap();
      return true;
    } catch (IOException notYet) {
      return false;
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

  /** What is missing in the log since it could not be written; null for nothing. */
  String lost() {
    return log.lost() == null ? null : "its log could not be written: " + log.lost();
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
