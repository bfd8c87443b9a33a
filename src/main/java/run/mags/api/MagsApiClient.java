package run.mags.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import run.mags.api.model.Access;
import run.mags.api.model.CronJob;
import run.mags.api.model.CronRequest;
import run.mags.api.model.Fields;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.api.model.PoolStatus;
import run.mags.api.model.Submitted;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;

/**
 * The REST API, one method for each endpoint (spec: rest-api, "Jobs"). Blocking and thread-safe.
 * Every method throws {@link ApiException} when the API says no or cannot be reached, and {@link
 * run.mags.wait.InterruptedWaitException} when the thread is interrupted. Failures that pass by
 * themselves are retried within some seconds where repeating the call is safe.
 */
public final class MagsApiClient implements AutoCloseable {
  private static final String API = "api";
  private static final String V2 = "v2";
  private static final String WORKSPACES = "mags-workspaces";
  private static final String CRON = "mags-cron";
  private static final String ALIASES = "mags-url-aliases";
  private static final String V1 = "v1";
  private static final String JOBS = "mags-jobs";

  /** Jobs a page that are asked for; the original asks for 50 and never for a second page. */
  private static final int PAGE_SIZE = 50;

  /** The path of {@link #submit}. */
  private static final List<String> SUBMIT = List.of(API, V1, JOBS);

  private final HttpTransport http;
  private volatile String lastSubmitted;

  /** A client; nothing is sent before the first call. */
  public MagsApiClient(ApiOptions options) {
    this(options, null);
  }

  /** A client that uses connections which outlive it; null for connections of its own. */
  public MagsApiClient(ApiOptions options, HttpConnections kept) {
    this.http = new HttpTransport(options, kept);
  }

  /** {@code POST /mags-jobs}. Sent once only, unless it certainly never left. */
  public Submitted submit(JobRequest request) {
    String look = request.name() == null ? "" : " --name " + ShellWord.of(request.name());
    ApiCall call = ApiCall.post("submit the job", API, V1, JOBS).once("mags list" + look);
    Submitted submitted = Submitted.read(http.accepted(call.body(request.toJson())));
    if (submitted.requestId() == null || submitted.requestId().isBlank()) {
      throw badAnswer("submit the job", "the answer has no request_id");
    }
    lastSubmitted = submitted.requestId();
    return submitted;
  }

  /** The id of the job that this client has submitted last, if it has submitted any. */
  public Optional<String> lastSubmitted() {
    return Optional.ofNullable(lastSubmitted);
  }

  /** Whether a job is being submitted, or was when this client was cancelled: it may be there. */
  public boolean isSubmitting() {
    ApiCall call = http.unanswered();
    return call != null && call.method().equals("POST") && call.path().equals(SUBMIT);
  }

  /**
   * What nobody knows because its answer has not come: of the call under way, or of the one that
   * {@link #cancel} has broken off. Empty if that changes nothing, or certainly never left.
   */
  public Optional<String> unanswered() {
    ApiCall call = http.unanswered();
    if (call == null) {
      return Optional.empty();
    }
    String look = call.look() == null ? "" : "; to see: " + call.look();
    return Optional.of("whether this was done is not known: " + call.what() + look);
  }

  /** Whether this client has just submitted the job, so that it must be there. */
  boolean hasSubmitted(String id) {
    return id.equals(lastSubmitted);
  }

  /** {@code GET /mags-jobs}: one page, from 1. */
  public JobPage jobs(int page) {
    return jobs(page, PAGE_SIZE);
  }

  /** {@code GET /mags-jobs}: one page, from 1, of at most {@code size} jobs. */
  public JobPage jobs(int page, int size) {
    ApiCall call =
        ApiCall.get("list jobs", API, V1, JOBS)
            .query("page", Integer.toString(page))
            .query("page_size", Integer.toString(size));
    return JobPage.read(listed(call, http.json(call), "jobs"));
  }

  /**
   * Whether the token is good, asked by the smallest of all calls.
   *
   * @throws ApiException (NOT_LOGGED_IN) if the API refuses it
   */
  public void checkToken() {
    ApiCall call =
        ApiCall.get("check the token", API, V1, JOBS).query("page", "1").query("page_size", "1");
    listed(call, http.json(call), "jobs");
  }

  /** All jobs, newest first; pages are fetched as they are needed. */
  public Iterable<Job> allJobs() {
    return () -> new JobPages(this, JobPages.MOST_PAGES);
  }

  /** {@code GET /mags-jobs/:id/status}. */
  public Job status(String id) {
    Job job =
        Job.read(http.json(ApiCall.get("get the status of " + id, API, V1, JOBS, id, "status")));
    if (job.status() == null) {
      throw badAnswer("get the status of " + id, "the answer has no status");
    }
    return job.requestId() == null ? job.withRequestId(id) : job;
  }

  /** {@code GET /mags-jobs/:id/logs}: the whole log so far. It only ever grows. */
  public List<LogEntry> logs(String id) {
    ApiCall call = ApiCall.get("get the logs of " + id, API, V1, JOBS, id, "logs");
    return list(call, LogEntry::read, "logs");
  }

  /**
   * {@code POST /mags-jobs/:id/access}: a URL for a port of the sandbox, or, for port 22, where its
   * SSH server is. Wakes a sleeping sandbox. An answer that refuses is thrown as REFUSED.
   */
  public Access access(String id, int port) {
    String what = "get access to port " + port + " of " + id;
    ApiCall call = ApiCall.post(what, API, V1, JOBS, id, "access");
    Access access = Access.read(http.json(call.body(Json.object().put("port", port))));
    boolean refused =
        access.success() == null
            ? access.error() != null && access.url() == null && access.sshHost() == null
            : !access.success();
    if (refused) {
      String why = access.error() == null ? "the API refused" : http.words(access.error());
      throw new ApiException(
          ErrorKind.REFUSED, "cannot " + what + ": " + why, null, 200, null, true, null);
    }
    return access;
  }

  /** {@code POST /mags-jobs/:id/stop}. The job may be stopping for a while afterwards. */
  public void stop(String id) {
    http.perform(ApiCall.post("stop " + id, API, V1, JOBS, id, "stop"));
  }

  /** {@code POST /mags-jobs/:id/sync}: writes the workspace to the store now. */
  public void sync(String id) {
    http.perform(ApiCall.post("sync " + id, API, V1, JOBS, id, "sync"));
  }

  /** {@code PATCH /mags-jobs/:id}. */
  public void update(String id, JobUpdate update) {
    http.perform(ApiCall.patch("change " + id, API, V1, JOBS, id).body(update.toJson()));
  }

  /** {@code GET /mags-jobs/usage}: totals whose keys are the service's own. */
  public JsonNode usage(int windowDays) {
    return http.json(
        ApiCall.get("get the usage", API, V1, JOBS, "usage")
            .query("window_days", Integer.toString(windowDays)));
  }

  /** {@code GET /mags-jobs/pool-status}. */
  public PoolStatus poolStatus() {
    return PoolStatus.read(
        http.json(ApiCall.get("get the pool status", API, V1, JOBS, "pool-status")));
  }

  /**
   * {@code POST /mags-files}: sends a file, streamed, and answers its id (assumed path). At run it
   * appears in {@code /root} under its base name.
   */
  public String upload(Path file) {
    return upload(file, sent -> {});
  }

  /**
   * The same, told how far it has come.
   *
   * @param sent takes the bytes handed to the network so far
   */
  public String upload(Path file, LongConsumer sent) {
    String what = "send " + file.getFileName();
    Fields answer = Fields.of(http.upload(ApiCall.post(what, API, V1, "mags-files"), file, sent));
    String id = answer.text("file_id", "id");
    if (id == null || id.isBlank()) {
      throw badAnswer(what, "the answer has no file_id");
    }
    return id;
  }

  /** Interrupts a thread and breaks off the call that it makes, if any; others go on. */
  public void breakOff(Thread caller) {
    http.breakOff(caller);
  }

  /** {@code GET /mags-workspaces} (assumed path). */
  public List<Workspace> workspaces() {
    return list(ApiCall.get("list workspaces", API, V1, WORKSPACES), Workspace::read, "workspaces");
  }

  /** {@code DELETE /mags-workspaces/:id} (assumed path): with the stored data. */
  public void deleteWorkspace(String id) {
    http.perform(ApiCall.delete("delete the workspace " + id, API, V1, WORKSPACES, id));
  }

  /** {@code GET /mags-cron} (assumed path). */
  public List<CronJob> cronJobs() {
    return list(ApiCall.get("list cron jobs", API, V1, CRON), CronJob::read, "cron_jobs", "jobs");
  }

  /** {@code POST /mags-cron} (assumed path). Sent once only, unless it certainly never left. */
  public CronJob createCron(CronRequest request) {
    String what = "add the cron job";
    ApiCall call = ApiCall.post(what, API, V1, CRON).once("mags cron list");
    return cronJob(what, http.accepted(call.body(request.toJson())));
  }

  /** {@code PATCH /mags-cron/:id} (assumed path): switches it on or off. */
  public CronJob enableCron(String id, boolean enabled) {
    String what = (enabled ? "enable" : "disable") + " the cron job " + id;
    ApiCall call = ApiCall.patch(what, API, V1, CRON, id);
    return cronJob(what, http.accepted(call.body(Json.object().put("enabled", enabled))));
  }

  /** An answer may hold the cron job itself, or under a key of its own (assumed). */
  private static CronJob cronJob(String what, JsonNode answer) {
    JsonNode nested = answer.get("cron_job");
    CronJob job = CronJob.read(nested == null ? answer : nested);
    if (job.id() == null) {
      throw badAnswer(what, "the answer has no id");
    }
    return job;
  }

  /** {@code DELETE /mags-cron/:id} (assumed path). */
  public void deleteCron(String id) {
    http.perform(ApiCall.delete("remove the cron job " + id, API, V1, CRON, id));
  }

  /** {@code GET /api/v2/mags-url-aliases} (assumed answer). */
  public List<UrlAlias> urlAliases() {
    return list(ApiCall.get("list URL aliases", API, V2, ALIASES), UrlAlias::read, "aliases");
  }

  /**
   * {@code POST /api/v2/mags-url-aliases}. Sent once only, unless it certainly never left.
   *
   * @param domain the rest of the host, or null for the service's choice
   * @return the alias; what the answer leaves out is as it was asked for
   */
  public UrlAlias createUrlAlias(String subdomain, String workspaceId, String domain) {
    ApiCall call =
        ApiCall.post("make the URL alias " + subdomain, API, V2, ALIASES)
            .once("mags url alias list");
    UrlAlias wanted = new UrlAlias(subdomain, workspaceId, domain, null);
    UrlAlias made = UrlAlias.read(http.accepted(call.body(wanted.toJson())));
    return new UrlAlias(
        made.subdomain() == null ? subdomain : made.subdomain(),
        made.workspaceId() == null ? workspaceId : made.workspaceId(),
        made.domain() == null ? domain : made.domain(),
        made.url());
  }

  /** {@code DELETE /api/v2/mags-url-aliases/:subdomain}. */
  public void deleteUrlAlias(String subdomain) {
    http.perform(ApiCall.delete("remove the URL alias " + subdomain, API, V2, ALIASES, subdomain));
  }

  /**
   * Any request below the API's URL, with the token. Only GET and HEAD are tried again.
   *
   * @return the answer, whatever its status
   * @throws run.mags.error.CliException (USAGE) if it is no request that can be sent
   */
  public RawAnswer raw(RawRequest request) {
    return http.raw(request);
  }

  /** Breaks off calls under way, from any thread; they and all later ones fail as interrupted. */
  public void cancel() {
    http.cancel();
  }

  private <T> List<T> list(ApiCall call, Function<JsonNode, T> reader, String... names) {
    return Fields.of(listed(call, http.json(call), names)).list(reader, names);
  }

  /**
   * The answer, if it has a list under one of these names; null counts, and so does an object
   * without any key. A bare list is taken for the first name's.
   */
  private static JsonNode listed(ApiCall call, JsonNode answer, String... names) {
    if (answer.isArray()) {
      return Json.object().set(names[0], answer);
    }
    for (String name : names) {
      JsonNode list = answer.get(name);
      if (list != null && (list.isArray() || list.isNull())) {
        return answer;
      }
    }
    if (answer.isObject() && answer.isEmpty()) {
      return answer;
    }
    throw badAnswer(call.what(), "the answer has no list of " + names[0].replace('_', ' '));
  }

  private static ApiException badAnswer(String what, String why) {
    return new ApiException(
        ErrorKind.BAD_ANSWER,
        "cannot " + what + ": " + why,
        "check MAGS_API_URL",
        null,
        null,
        false,
        null);
  }

  /** Gives up its connections; calls that are made later throw {@link IllegalStateException}. */
  @Override
  public void close() {
    http.close();
  }
}
