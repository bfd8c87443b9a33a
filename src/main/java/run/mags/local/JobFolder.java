package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import run.mags.api.model.Json;

/**
 * The files of one job: its record, its script, its log, its SSH keys.
 *
 * @param path the directory
 */
record JobFolder(Path path) {
  /**
   * What stands before every script, on its first line so that line numbers stay right: a shell
   * reads the script from its standard input's file, and the script must find an empty one.
   */
  private static final String STDIN_EMPTY = "exec </dev/null; ";

  /** What the job was submitted for. */
  static final String SCRIPT = "script";

  /** What runs each time it wakes. */
  static final String STARTUP = "startup";

  private static final String RECORD = "job.json";

  /** Whether it has not been removed. */
  boolean isThere() {
    return Files.isDirectory(path);
  }

  /** Writes the record in one step. */
  void save(JobRecord job) throws IOException {
    byte[] json = (Json.write(job.toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
    OwnerOnly.replace(path.resolve(RECORD), json);
  }

  /**
   * Reads the record.
   *
   * @throws IOException if there is none, it is torn, or it is not this folder's
   */
  JobRecord load() throws IOException {
    JobRecord job = JobRecord.read(Json.read(Files.readString(path.resolve(RECORD))));
    if (job == null || !path.endsWith(job.id)) {
      throw new IOException("it is incomplete");
    }
    return job;
  }

  /** Writes what {@code /bin/sh /dev/stdin} is to run, and returns the file. */
  Path writeScript(String name, String script) throws IOException {
    Path file = path.resolve(name);
    OwnerOnly.replace(file, (STDIN_EMPTY + script).getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /** The file of a script written before. */
  Path script(String name) {
    return path.resolve(name);
  }

  /** Opens the log. */
  LogFile log() throws IOException {
    return LogFile.of(path.resolve("log.ndjson"));
  }
}
