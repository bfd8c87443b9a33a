package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.local.sandbox.WorkspaceTrees;

/** The calls under {@code /api/v2/mags-url-aliases}. */
final class AliasCalls {
  private static final String PATH = "/api/v2/mags-url-aliases";
  private static final int LIMIT = 1 << 20;

  private final UrlAliases aliases;
  private final JobUrls urls;
  private final Jobs jobs;
  private final WorkspaceTrees workspaces;

  AliasCalls(UrlAliases aliases, JobUrls urls, Jobs jobs, WorkspaceTrees workspaces) {
    this.aliases = aliases;
    this.urls = urls;
    this.jobs = jobs;
    this.workspaces = workspaces;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.of("POST", PATH, this::add),
        Route.of("GET", PATH, this::list),
        Route.of("DELETE", PATH + "/:subdomain", this::remove));
  }

  private void add(ApiCall call) throws IOException {
    JsonNode body = call.object(LIMIT);
    FieldCheck check = new FieldCheck(body);
    check.text("subdomain");
    check.text("workspace_id");
    check.text("domain");
    Fields fields = Fields.of(body);
    String subdomain = lower(required(fields, "subdomain"));
    String workspace = required(fields, "workspace_id");
    if (!Subdomain.isLabel(subdomain)) {
      throw new ApiRefusal(
          400,
          "subdomain must be 1 to 63 letters, digits and dashes, and not begin or end with a dash");
    }
    checkKnown(workspace);
    if (jobs.all().stream().anyMatch(job -> job.subdomain().equals(subdomain))) {
      throw new ApiRefusal(409, "'" + subdomain + "' already is the subdomain of a job");
    }
    UrlAlias alias =
        new UrlAlias(
            subdomain,
            workspace,
            fields.text("domain"),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    aliases.add(alias);
    call.answer(201, shown(alias));
  }

  private static String required(Fields fields, String name) {
    String value = fields.text(name);
    if (value == null || value.isEmpty()) {
      throw new ApiRefusal(400, name + " is required");
    }
    return value;
  }

  private void checkKnown(String workspace) {
    if (workspaces.find(workspace).isPresent()) {
      return;
    }
    for (LocalJob job : jobs.all()) {
      if (job.isKnownAs(workspace)) {
        return;
      }
    }
    throw new ApiRefusal(400, "there is no workspace and no job named '" + workspace + "'");
  }

  private void list(ApiCall call) throws IOException {
    ObjectNode body = Json.object();
    ArrayNode list = body.putArray("aliases");
    aliases.all().forEach(alias -> list.add(shown(alias)));
    call.answer(200, body);
  }

  private void remove(ApiCall call) throws IOException {
    aliases.remove(lower(call.parameter("subdomain")));
    call.answer(200, Json.object().put("success", true).put("message", "Alias deleted"));
  }

  private ObjectNode shown(UrlAlias alias) {
    return alias.toJson().put("url", urls.named(alias.subdomain()));
  }

  private static String lower(String subdomain) {
    return subdomain.toLowerCase(Locale.ROOT);
  }
}
