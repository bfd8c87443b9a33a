package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.api.model.Json;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;

/**
 * What {@code docs/json.md} says of a command is what it prints, where the API tells everything.
 */
class JsonPageTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String JOB =
      "{\"request_id\":\"%s\",\"name\":\"dev\",\"workspace_id\":\"dev\",\"status\":\"%s\","
          + "\"vm_id\":\"vm-1\",\"subdomain\":\"s\",\"url\":\"https://s.example\",\"exit_code\":0,"
          + "\"script_duration_ms\":5,\"started_at\":\"2026-01-01T00:00:01Z\","
          + "\"created_at\":\"2026-01-01T00:00:00Z\",\"completed_at\":\"2026-01-01T00:00:02Z\","
          + "\"persistent\":true,\"no_sleep\":false,\"startup_command\":\"true\",\"disk_gb\":2,"
          + "\"base_workspace_id\":\"golden\",\"error\":\"none\"}";
  private static final String RUNNING = JOB.formatted(ID, "running");
  private static final String STOPPED = JOB.formatted(ID, "stopped");
  private static final String CRON =
      "{\"id\":\"c1\",\"name\":\"backup\",\"cron_expression\":\"0 0 * * *\",\"script\":\"true\","
          + "\"workspace_id\":\"data\",\"enabled\":true,\"next_run_at\":\"2026-01-02T00:00:00Z\","
          + "\"last_run_at\":\"2026-01-01T00:00:00Z\",\"last_run_status\":\"completed\","
          + "\"run_count\":3}";
  private static final String CRONS = "{\"cron_jobs\":[" + CRON + "]}";
  private static final String HISTORY =
      "{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"backup\",\"runs\":[{\"at\":\"2026-01-01T00:00:00Z\","
          + "\"status\":\"failed\",\"request_id\":\"j1\",\"exit_code\":3,\"reason\":\"why\"}]}]}";
  private static final String ALIAS =
      "{\"subdomain\":\"app\",\"workspace_id\":\"dev\",\"domain\":\"example\","
          + "\"url\":\"https://app.example\"}";
  private static final String WORKSPACES =
      "{\"workspaces\":[{\"workspace_id\":\"data\",\"job_count\":1,"
          + "\"last_active\":\"2026-01-01T00:00:00Z\",\"size_bytes\":7,\"in_use\":false}]}";
  private static final String POOL =
      "{\"idle_vms\":1,\"busy_vms\":2,\"total_vms\":3,\"min_pool_size\":1,\"max_pool_size\":0}";

  /** For each command its answers, one after another. */
  private static final Map<String, List<String>> ANSWERS = answers();

  @TempDir private Path home;
  private final FakeApi api = new FakeApi();

  private static Map<String, List<String>> answers() {
    String jobs = "{\"jobs\":[" + STOPPED + "],\"total\":1}";
    String ok = "{\"success\":true}";
    String submitted = "{\"request_id\":\"" + ID + "\"}";
    Map<String, List<String>> answers = new LinkedHashMap<>();
    answers.put("status", List.of(RUNNING));
    answers.put("new", List.of(submitted, RUNNING));
    answers.put("set", List.of(RUNNING, ok, RUNNING));
    answers.put("resize", List.of(STOPPED, STOPPED, WORKSPACES, submitted, RUNNING));
    answers.put("url", List.of(RUNNING, "{\"success\":true,\"url\":\"https://s.example\"}"));
    answers.put("url alias", List.of(RUNNING, ALIAS));
    answers.put("url alias list", List.of("{\"aliases\":[" + ALIAS + "]}"));
    answers.put("url alias remove", List.of(ok));
    answers.put("sync", List.of(RUNNING, ok));
    answers.put("workspace list", List.of(WORKSPACES));
    answers.put("workspace delete", List.of(WORKSPACES, jobs, WORKSPACES, jobs, ok));
    answers.put("cron add", List.of(CRON));
    answers.put("cron list", List.of(CRONS));
    answers.put("cron enable", List.of(CRONS, CRON));
    answers.put("cron disable", List.of(CRONS, CRON));
    answers.put("cron remove", List.of(CRONS, ok));
    answers.put("cron history", List.of(HISTORY));
    answers.put("wait", List.of(STOPPED, STOPPED));
    answers.put("pool", List.of(POOL));
    answers.put("setup-claude", List.of());
    answers.put("list", List.of(jobs));
    answers.put("stop", List.of(RUNNING, ok, STOPPED));
    return answers;
  }

  @AfterEach
  void close() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "status, %s",
    "new, dev",
    "set, %s --sleep",
    "resize, %s --disk 5",
    "url, %s",
    "url alias, app %s",
    "url alias list, ''",
    "url alias remove, app",
    "sync, %s",
    "workspace list, ''",
    "workspace delete, --yes data",
    "cron add, --name backup --schedule @daily true",
    "cron list, ''",
    "cron enable, backup",
    "cron disable, backup",
    "cron remove, backup",
    "cron history, backup",
    "wait, %s --for stopped",
    "pool, ''",
    "setup-claude, ''",
    "list, ''",
    "stop, %s"
  })
  void aCommandPrintsTheKeysOfThePage(String command, String options) throws IOException {
    ANSWERS.get(command).forEach(api::answers);
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.add("--json");
    for (String option : options.formatted(ID).split(" ", -1)) {
      if (!option.isEmpty()) {
        words.add(option);
      }
    }

    CliResult result =
        new MagsCli(home).on(api).sleeping(new FakeSleeper()).run(words.toArray(String[]::new));

    assertThat(result.exitCode()).as(result.toString()).isZero();
    JsonNode document = Json.read(result.out());
    assertThat(document.isArray()).isEqualTo(cell(command).strip().startsWith("an array"));
    JsonNode one = document.isArray() ? document.get(0) : document;
    Set<String> printed = new TreeSet<>();
    one.fieldNames().forEachRemaining(printed::add);
    assertThat(printed).isEqualTo(keys(command));
  }

  @Test
  void usagePrintsWhatTheApiSays() {
    api.answers("{\"total\":{\"jobs\":3},\"new\":[1]}");

    assertThat(new MagsCli(home).on(api).run("usage", "--json").out())
        .isEqualTo("{\"total\":{\"jobs\":3},\"new\":[1]}\n");
  }

  @Test
  void aBrowserPrintsItsAddress() throws IOException {
    api.answers("{\"jobs\":[],\"total\":0}").answers("{\"request_id\":\"" + ID + "\"}");
    String running = "{\"status\":\"running\"}";
    api.answers(running).answers(running);
    api.answers("{\"logs\":[\"DevTools listening on ws://127.0.0.1:4711/devtools/browser/b\"]}");
    api.answers("{\"success\":true,\"url\":\"" + api.url() + "/\"}").answers(running);
    api.answers("{\"webSocketDebuggerUrl\":\"ws://localhost/devtools/browser/b\"}");

    CliResult result = new MagsCli(home).on(api).run("browser", "--json");

    JsonNode document = Json.read(result.out());
    assertThat(document.properties()).extracting(Map.Entry::getKey).containsAll(keys("browser"));
    assertThat(document.get("ws_endpoint").asText())
        .isEqualTo("ws://127.0.0.1:" + api.url().getPort() + "/devtools/browser/b");
    assertThat(api.body(5)).isEqualTo("{\"port\":4711}");
  }

  /** What the table says of a command. */
  private static String cell(String command) throws IOException {
    for (String line : Files.readAllLines(Path.of("docs/json.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 4 && backticked(cells[1]).contains(command)) {
        return cells[2];
      }
    }
    throw new AssertionError("docs/json.md says nothing of " + command);
  }

  /** The keys that the page gives a command, those of what it refers to included. */
  private static Set<String> keys(String command) throws IOException {
    String cell = cell(command);
    Set<String> keys = backticked(cell);
    String page = Files.readString(Path.of("docs/json.md"));
    Map<String, String> things =
        Map.of(
            "(a job|of jobs)", "A job",
            "cron jobs?\\b", "A cron job",
            "URL alias(es)?\\b", "A URL alias");
    things.forEach(
        (words, name) -> {
          if (Pattern.compile(words).matcher(cell).find()) {
            int begin = page.indexOf("\n" + name + ": ");
            keys.addAll(backticked(page.substring(begin, endOfSentence(page, begin))));
          }
        });
    return keys;
  }

  private static int endOfSentence(String page, int begin) {
    Matcher end = Pattern.compile("[;.]\\s").matcher(page);
    return end.find(begin) ? end.start() : page.length();
  }

  private static Set<String> backticked(String text) {
    Set<String> words = new TreeSet<>();
    Matcher matcher = Pattern.compile("`([^`]+)`").matcher(text);
    while (matcher.find()) {
      words.add(matcher.group(1));
    }
    return words;
  }
}
