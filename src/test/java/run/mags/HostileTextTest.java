package run.mags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Access;
import run.mags.api.model.CronJob;
import run.mags.api.model.HttpProxy;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.api.model.PastRun;
import run.mags.api.model.Submitted;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.config.ConfigStore;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.schedule.Schedule;
import run.mags.ssh.Forward;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.Generated;
import run.mags.testing.MagsCli;
import run.mags.view.CronTable;
import run.mags.view.JobView;
import run.mags.view.PastRunTable;
import run.mags.view.UrlAliasTable;
import run.mags.view.WorkspaceTable;

/** What holds for every text that a server, a file or a command line may bring. */
class HostileTextTest {
  private static final Style PLAIN = new Style(false);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  private static final String[] FIELDS = {
    "request_id",
    "id",
    "name",
    "workspace_id",
    "status",
    "exit_code",
    "vm_id",
    "created_at",
    "url",
    "subdomain",
    "logs",
    "jobs",
    "total",
    "page",
    "message",
    "timestamp",
    "source",
    "success",
    "ssh_host",
    "ssh_port",
    "ssh_private_key",
    "error",
    "cron_expression",
    "enabled",
    "disk_gb",
    "environment",
    "tags",
    "startup_command",
    "no_sleep",
    "persistent",
    "file_ids",
    "port"
  };

  @TempDir private Path directory;

  /** A tree of any shape under names that are read. */
  private static JsonNode tree(Random random, int depth) {
    ObjectNode some = Json.object();
    switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> some.put("x", Generated.text(random));
      case 1 -> some.put("x", random.nextLong());
      case 2 -> some.put("x", random.nextDouble() * 1e300);
      case 3 -> some.put("x", random.nextBoolean());
      case 4 -> some.putNull("x");
      case 5 -> some.put("x", "2026-01-01T00:00:00Z");
      case 6 -> {
        ArrayNode list = some.putArray("x");
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(tree(random, depth - 1));
        }
      }
      default -> some.set("x", object(random, depth - 1));
    }
    return some.get("x");
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = Json.object();
    for (int i = random.nextInt(12); i > 0; i--) {
      object.set(FIELDS[random.nextInt(FIELDS.length)], tree(random, depth));
    }
    return object;
  }

  private static void readAll(JsonNode node) {
    Job job = Job.read(node);
    assertThat(Job.read(job.toJson())).isEqualTo(job);
    LogEntry.read(node).text();
    Access.read(node).toJson();
    CronJob.read(node).toJson();
    JobPage.read(node).toJson();
    PastRun.read(node).toJson();
    Submitted.read(node).toJson();
    UrlAlias.read(node).toJson();
    Workspace.read(node).toJson();
  }

  @Test
  void anAnswerOfAnyShapeIsReadOrRefusedInWords() {
    Generated.every(
        600,
        random -> Json.write(random.nextInt(3) == 0 ? tree(random, 3) : object(random, 3)),
        text -> {
          try {
            readAll(Json.read(text));
          } catch (CliException inWords) {
            assertThat(inWords.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
          }
        });
  }

  @Test
  void aTextIsJsonOrIsSaidToBeNone() {
    Generated.everyText(
        1500,
        text -> {
          try {
            readAll(Json.read(text));
          } catch (JsonProcessingException | CliException said) {
            assertThat(said.getMessage()).isNotNull();
          }
        });
  }

  @Test
  void jsonThatIsWrittenIsReadTheSame() {
    Generated.everyText(
        600,
        text -> {
          ObjectNode object = Json.object().put(text, text);
          assertThat(Json.write(object)).doesNotContain("\n");
          assertThat(Json.read(Json.write(object))).isEqualTo(object);
          assertThat(Json.read(Json.writePretty(object))).isEqualTo(object);
        });
  }

  @Test
  void aScheduleIsOneOrIsRefused() {
    String[] parts = {"*", "*/", "0", "59", "60", "-", ",", "1", "MON", "JAN", "@daily", " ", "?"};
    Generated.every(
        2000,
        random -> {
          StringBuilder text = new StringBuilder();
          for (int i = random.nextInt(14); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
            text.append(random.nextInt(3) == 0 ? " " : "");
          }
          return random.nextInt(10) == 0 ? Generated.text(random) : text.toString();
        },
        text -> {
          Schedule schedule;
          try {
            schedule = Schedule.parse(text);
          } catch (CliException refused) {
            assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
            return;
          }
          Optional<Instant> next = schedule.next(NOON, ZoneOffset.UTC);
          assertThat(next).hasValueSatisfying(time -> assertThat(time).isAfter(NOON));
        });
  }

  @Test
  void aConfigurationIsReadOrNamedAndNeverShown() throws IOException {
    ConfigStore store = new ConfigStore(directory);
    Generated.every(
        300,
        random ->
            random.nextBoolean()
                ? Generated.text(random)
                : "{\"api_token\":\"" + Generated.text(random) + "\"}" + Generated.text(random),
        text -> {
          Files.write(store.file(), text.getBytes(UTF_8));
          try {
            ObjectNode content = store.read();
            store.write(content);
            assertThat(store.read()).isEqualTo(content);
          } catch (CliException broken) {
            assertThat(broken.kind()).isEqualTo(ErrorKind.CONFIG);
            assertThat(broken.getMessage())
                .matches("the configuration file .* is not a JSON object( \\(line \\d+\\))?");
          }
        });
  }

  /** Whether a terminal would do anything with it but show it. */
  private static boolean isHarmless(String text) {
    return text.chars()
        .allMatch(
            c ->
                c == '\n'
                    || !(Character.isISOControl(c)
                        || (c >= 0x202a && c <= 0x202e)
                        || (c >= 0x2066 && c <= 0x2069)));
  }

  @Test
  void whatIsMadePrintableIsHarmlessAndOtherwiseTheSame() {
    Generated.everyText(
        1500,
        text -> {
          assertThat(isHarmless(Printable.line(text))).isTrue();
          assertThat(Printable.line(text)).doesNotContain("\n");
          assertThat(isHarmless(Printable.text(text))).isTrue();
          if (isHarmless(text)) {
            assertThat(Printable.text(text)).isEqualTo(text);
          }
        });
  }

  @Test
  void tablesAndDetailsOfAnyAnswerAreHarmless() {
    Generated.every(
        500,
        random -> {
          ObjectNode object = object(random, 1);
          for (int i = 0; i < 8; i++) {
            object.put(FIELDS[random.nextInt(FIELDS.length)], Generated.text(random));
          }
          return Json.write(object.put("request_id", Generated.text(random)));
        },
        text -> {
          JsonNode node = Json.read(text);
          try {
            Job job = Job.read(node);
            assertThat(isHarmless(JobView.table(List.of(job), PLAIN))).isTrue();
            assertThat(isHarmless(JobView.table(List.of(job), PLAIN, 1, NOON))).isTrue();
            assertThat(isHarmless(JobView.details(job, PLAIN))).isTrue();
            assertThat(isHarmless(CronTable.text(List.of(CronJob.read(node)), PLAIN))).isTrue();
            assertThat(isHarmless(PastRunTable.text(List.of(PastRun.read(node)), PLAIN))).isTrue();
            assertThat(isHarmless(UrlAliasTable.text(List.of(UrlAlias.read(node)), PLAIN)))
                .isTrue();
            assertThat(isHarmless(WorkspaceTable.text(List.of(Workspace.read(node)), PLAIN)))
                .isTrue();
          } catch (CliException inWords) {
            assertThat(inWords.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
          }
        });
  }

  @Test
  void errorsOfAnyWordsAreHarmlessAndLogsOfAnyBytesUntouched() {
    try (FakeApi api = new FakeApi()) {
      MagsCli mags = new MagsCli(directory).on(api);
      Generated.everyText(
          15,
          text -> {
            ObjectNode error = Json.object().put("error", text);
            api.answers(400, Json.write(error));
            CliResult refused = mags.run("status", ID);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(isHarmless(refused.err())).isTrue();

            CliResult unknown = mags.run("status", "--" + text.replace("\0", ""));
            assertThat(isHarmless(unknown.err())).isTrue();

            ObjectNode logs = Json.object();
            logs.putArray("logs").add(text.isEmpty() ? "x" : text);
            api.answers("{\"status\":\"completed\"}").answers(Json.write(logs));
            assertThat(mags.run("logs", ID).out()).isEqualTo((text.isEmpty() ? "x" : text) + "\n");
          });
    }
  }

  @Test
  void aForwardIsOneOrIsRefused() {
    Generated.everyText(
        1000,
        text -> {
          for (Forward.Kind kind : Forward.Kind.values()) {
            try {
              assertThat(Forward.parse(kind, text).toString()).isNotEmpty();
            } catch (CliException refused) {
              assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
            }
          }
        });
  }

  @Test
  void aProxyIsOneOrIsRefusedAndItsPasswordNeverShown() {
    Generated.everyText(
        1000,
        text -> {
          try {
            String encoded = URLEncoder.encode(text, UTF_8).replace("+", "%20");
            HttpProxy proxy = HttpProxy.read("http://me:" + encoded + "@h:1", text, "P");
            assertThat(proxy.toString()).isEqualTo("h:1");
            assertThat(proxy.password()).isEqualTo(text);
            assertThat(proxy.serves("localhost", 443)).isFalse();
            assertThat(HttpProxy.read("http://me:" + text + "@h:1", null, "P").toString())
                .isEqualTo("h:1");
          } catch (CliException refused) {
            assertThat(refused.kind()).isEqualTo(ErrorKind.CONFIG);
            assertThat(refused.getMessage()).matches("P cannot be used: [a-z A-Z]+");
          }
        });
  }

  @Test
  void whatFailsIsShrunkToWhatIsWrongWithIt() {
    assertThatThrownBy(
            () -> Generated.everyText(5000, text -> assertThat(text).doesNotContain("$(")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("does not hold for \"$(\"");
  }
}
