package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.mags.local.sandbox.Sandboxes;

/** What another user of the machine can do to a backend, who may go wherever he is let. */
class OtherUserIT {
  private static final String USER = "65534";

  private Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "SKIPPED: only root becomes another user");
    assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "SKIPPED: there is no setpriv");
    assumeTrue(Files.exists(Path.of("/usr/bin/curl")), "SKIPPED: there is no curl");
    // Not a @TempDir, which only root may enter.
    directory = Files.createTempDirectory("mags-other-user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    backend = LocalBackend.start(LocalOptions.in(directory.resolve("state")));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    if (backend != null) {
      backend.close();
    }
    if (directory != null) {
      Sandboxes.erase(directory);
    }
  }

  private static String asOther(String... command) throws Exception {
    List<String> argv =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));
    argv.addAll(List.of(command));
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void heReadsNothingOfItsState() throws Exception {
    String id =
        client.submit(job("echo secret > file; chmod 777 / . file").put("workspace_id", "w"));
    client.await(id, "completed");

    assertThat(asOther("find", directory.resolve("state").toString()))
        .contains("Permission denied")
        .doesNotContain("workspaces", "server.json");
    for (String file : List.of("server.json", "jobs/" + id + "/script", "workspaces/w/name")) {
      assertThat(directory.resolve("state").resolve(file)).exists();
      assertThat(asOther("cat", directory.resolve("state").resolve(file).toString()))
          .contains("Permission denied");
    }
  }

  @Test
  void heDrivesNothing() throws Exception {
    String url = backend.url().toString();
    for (String path : List.of("/api/v1/mags-jobs", "/api/v1/mags-workspaces")) {
      assertThat(asOther("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url + path))
          .isEqualTo("401");
    }
    assertThat(
            asOther(
                "curl", "-sS", "-X", "POST", "-w", "%{http_code}", url + "/_mags_local/shutdown"))
        .endsWith("401");
    assertThat(
            asOther(
                "curl",
                "-sS",
                "-H",
                "Authorization: Bearer local_guess",
                "-w",
                "%{http_code}",
                url + "/api/v1/mags-jobs"))
        .endsWith("401");
    assertThat(asOther("curl", "-sS", url + "/_mags_local/health")).contains("\"ok\"");
    assertThat(client.get("/mags-jobs").status()).isEqualTo(200);
  }

  /** Neither the token nor a script nor a variable of a job is in a process list. */
  @Test
  void heSeesNoSecretInTheProcessList() throws Exception {
    var job = job("# script-secret\necho begun; sleep 60").put("persistent", true);
    job.putObject("environment").put("TOKEN", "variable-secret");
    String id = client.submit(job);
    TestBackend.until("output", () -> client.log(id, "stdout").contains("begun"));

    String list = asOther("ps", "axeww");

    assertThat(list)
        .contains("sleep 60")
        .doesNotContain(backend.token(), "script-secret", "variable-secret");
  }

  @Test
  void withoutTheKeyTheSshPortIsOfNoUseToHim() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/ssh")), "SKIPPED: there is no ssh");
    String id = client.submit(job("true").put("persistent", true));
    client.awaitExit(id);
    JsonNode access = client.post("/mags-jobs/" + id + "/access", "{\"port\":22}").json();

    String said =
        asOther(
            "ssh",
            "-F",
            "none",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-p",
            access.get("ssh_port").asText(),
            "root@" + access.get("ssh_host").asText(),
            "id");

    assertThat(said).contains("Permission denied").doesNotContain("uid=");
  }

  @Test
  void idsThatArePathsLeadNowhere() throws Exception {
    Path outside = Files.writeString(directory.resolve("outside"), "outside");
    for (String id :
        List.of("..", "../outside", "../../outside", "%2e%2e%2foutside", "a/../../outside", "")) {
      TestBackend.Answer answer =
          client.post(
              "/mags-jobs",
              "{\"type\":\"inline\",\"script\":\"ls\",\"file_ids\":[\"" + id + "\"]}");
      if (answer.status() == 202) {
        String job = answer.json().get("request_id").asText();
        assertThat(client.await(job, "error").get("error").asText()).contains("file not found");
      } else {
        assertThat(answer.status()).isBetween(400, 404);
      }
      for (String path : List.of("/mags-jobs/ID/status", "/mags-jobs/ID/logs")) {
        String encoded = java.net.URLEncoder.encode(id, StandardCharsets.UTF_8);
        encoded = encoded.replace(".", "%2E");
        assertThat(client.get(path.replace("ID", encoded)).status()).isIn(404, 405);
      }
      String encoded = java.net.URLEncoder.encode(id, StandardCharsets.UTF_8).replace(".", "%2E");
      for (String group : List.of("mags-workspaces", "mags-cron")) {
        assertThat(client.send("DELETE", "/" + group + "/" + encoded, null).status())
            .isIn(404, 405);
      }
    }
    assertThat(outside).hasContent("outside");
  }
}
