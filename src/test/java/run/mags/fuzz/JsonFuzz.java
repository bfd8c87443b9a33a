package run.mags.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import run.mags.api.model.Access;
import run.mags.api.model.CronJob;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.api.model.PastRun;
import run.mags.api.model.PoolStatus;
import run.mags.api.model.Submitted;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * An answer of the API is read, or refused in words; what was read is written and read the same.
 */
public final class JsonFuzz {
  private JsonFuzz() {}

  /** Tries one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    JsonNode node;
    try {
      node = Json.read(new String(data, UTF_8));
    } catch (JsonProcessingException notJson) {
      return;
    }
    try {
      readAll(node);
    } catch (CliException inWords) {
      require(inWords.kind() == ErrorKind.BAD_ANSWER, inWords);
    } catch (JsonProcessingException notRead) {
      throw new AssertionError("what was written is not read", notRead);
    }
  }

  private static void readAll(JsonNode node) throws JsonProcessingException {
    Job job = Job.read(node);
    require(Job.read(Json.read(Json.write(job.toJson()))).equals(job), job);
    LogEntry.read(node).text();
    Access.read(node).toJson();
    CronJob.read(node).toJson();
    JobPage.read(node).toJson();
    PastRun.read(node).toJson();
    PoolStatus.read(node).toJson();
    Submitted.read(node).toJson();
    UrlAlias.read(node).toJson();
    Workspace.read(node).toJson();
  }

  private static void require(boolean holds, Object what) {
    if (!holds) {
      throw new AssertionError(String.valueOf(what));
    }
  }
}
