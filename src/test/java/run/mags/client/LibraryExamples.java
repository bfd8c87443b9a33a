package run.mags.client;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import run.mags.api.model.CronJob;
import run.mags.api.model.CronRequest;
import run.mags.api.model.Job;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.LogEntry;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.ssh.DetachedEntry;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshTarget;
import run.mags.wait.WaitTimeoutException;

/**
 * The examples of {@code docs/library.md}: what stands between a line {@code // example: NAME} and
 * the line {@code // end} is in the page, word for word, which {@link LibraryPageTest} checks.
 */
final class LibraryExamples {
  private final PrintStream out;

  LibraryExamples(PrintStream out) {
    this.out = out;
  }

  void first(Map<String, String> env, Path home) {
    // example: first
    try (MagsClient mags = MagsClient.open(env, home)) {
      RunResult result = mags.run("echo Hello World");
      out.print(result.stdout());
    }
    // end
  }

  void open(URI apiUrl, String token, Path directory) {
    // example: open
    try (MagsClient mags = MagsClient.open(apiUrl, token, directory)) {
      out.println(mags.list().count() + " jobs");
    }
    // end
  }

  void run(MagsClient mags) {
    // example: run
    JobSpec spec =
        JobSpec.script("echo \"$STAGE\" > stage; cat stage; exit 3")
            .workspace("project")
            .env("STAGE", "test");
    RunResult result = mags.run(spec, Duration.ofMinutes(5));
    out.println(result.exitCode() + ": " + result.stdout().strip());
    // end
  }

  void submit(MagsClient mags) {
    // example: submit
    String id = mags.submit(JobSpec.script("for i in 1 2 3; do echo step $i; done").name("steps"));
    try (Stream<LogEntry> log = mags.followLogs(id)) {
      log.filter(entry -> LogEntry.STDOUT.equals(entry.source()))
          .forEach(entry -> out.print(entry.text()));
    }
    out.println(mags.status("steps").status());
    // end
  }

  void files(MagsClient mags, Path script, Path data) {
    // example: files
    JobSpec spec = JobSpec.script("sh analyze.sh").file(script).file(data);
    out.print(mags.run(spec, Duration.ofMinutes(5)).stdout());
    // end
  }

  void sandbox(MagsClient mags) {
    // example: sandbox
    Job dev = mags.create(JobSpec.sandbox("dev").diskGb(5), Duration.ofMinutes(2));
    ExecResult result = mags.exec("dev", "echo kept > note; cat note; echo oops >&2; exit 4");
    out.println(result.exitCode() + " " + result.stdout().strip() + " " + result.stderr().strip());
    ExecResult words = mags.exec("dev", "printf", "%s|", "two words", "$HOME", "");
    out.println(words.stdout());
    mags.stop(dev);
    mags.awaitEnd(dev.requestId(), Duration.ofMinutes(1));
    // end
  }

  void exec(MagsClient mags) {
    // example: exec
    RemoteCommand command = new RemoteCommand(List.of("wc -c"), Map.of(), "/");
    byte[] input = {1, 2, 3};
    ExecResult counted = mags.exec("dev", command, input, Duration.ofSeconds(30));
    out.println(counted.stdout().strip() + " bytes");
    // end
  }

  void connect(MagsClient mags) {
    // example: connect
    try (SshConnection connection = mags.connect("dev", Duration.ofMinutes(1))) {
      for (int i = 1; i <= 3; i++) {
        RemoteCommand command = RemoteCommand.of("echo", "call " + i);
        connection.exec(command, new ExecStreams(null, out, out), Duration.ofSeconds(30));
      }
    }
    // end
  }

  void detached(MagsClient mags) {
    // example: detached
    DetachedCommands commands = mags.detached("dev");
    String id = commands.start(RemoteCommand.of("for i in 1 2 3; do echo step $i; done; exit 4"));
    commands.follow(id, out, out);
    out.println("it exited with " + commands.awaitEnd(id, Duration.ofMinutes(1)).exitCode());
    for (DetachedEntry entry : commands.list()) {
      out.println(entry.id().equals(id) + " " + entry.state().phase());
    }
    // end
  }

  void sshTarget(MagsClient mags) {
    // example: ssh-target
    SshTarget target = mags.sshTarget("dev", Duration.ofMinutes(1));
    out.println("ssh to " + target.user() + " at port " + target.port());
    // end
  }

  void find(MagsClient mags) {
    // example: find
    Optional<Job> known = mags.findIfThere("dev");
    out.println(known.map(Job::status).orElse("none"));
    List<String> live =
        mags.list().filter(job -> job.state().isLive()).limit(10).map(Job::name).toList();
    out.println(live);
    for (LogEntry entry : mags.logs("steps")) {
      out.print(entry.text());
    }
    // end
  }

  void url(MagsClient mags, int port) {
    // example: url
    String url = mags.url("web", port, Duration.ofMinutes(1));
    mags.awaitAnswer(url, Duration.ofMinutes(1));
    UrlAlias alias = mags.aliases().add("my-app", "web");
    out.println(alias.subdomain() + " leads to " + alias.workspaceId());
    mags.aliases().remove("my-app");
    // end
  }

  void change(MagsClient mags) {
    // example: change
    mags.update("dev", JobUpdate.noSleep(true));
    mags.update("dev", JobUpdate.startupCommand("npm start"));
    mags.sync("dev");
    // end
  }

  void resize(MagsClient mags) {
    // example: resize
    Resize resize = mags.resize("dev", 10).steps(step -> out.println(step));
    try {
      Job anew = resize.run(Duration.ofMinutes(2));
      out.println(anew.diskGb() + " GB");
    } catch (CliException failed) {
      out.println(failed.getMessage() + "; " + resize.remains());
    }
    // end
  }

  void workspaces(MagsClient mags) {
    // example: workspaces
    for (Workspace workspace : mags.workspaces().list()) {
      out.println(workspace.workspaceId() + ": " + workspace.jobCount() + " jobs");
    }
    mags.workspaces().delete("project");
    // end
  }

  void cron(MagsClient mags) {
    // example: cron
    CronJob backup =
        mags.cron().add(CronRequest.of("backup", "30 2 * * *", "./backup.sh").in("data"));
    out.println(backup.name() + " is on: " + backup.enabled());
    mags.cron().enable("backup", false);
    mags.cron().remove("backup");
    // end
  }

  void cleanup(MagsClient mags) {
    // example: cleanup
    Cleanup cleanup = new Cleanup(mags);
    RunResult result =
        mags.run(JobSpec.script("make test").workspace("scratch"), Duration.ofMinutes(10));
    cleanup.after(mags, result.job().requestId());
    // end
  }

  void totals(MagsClient mags) {
    // example: totals
    out.println(mags.usage(30).path("total_jobs").asInt() + " jobs in 30 days");
    out.println(mags.poolStatus().totalVms() + " machines");
    // end
  }

  void errors(MagsClient mags) {
    // example: errors
    try {
      mags.create(JobSpec.sandbox("dev"), Duration.ofMinutes(2));
    } catch (WaitTimeoutException slow) {
      out.println("not ready yet: " + slow.getMessage());
    } catch (CliException failure) {
      if (failure.kind() != ErrorKind.CONFLICT) {
        throw failure;
      }
      out.println("it is there already (status " + failure.status().orElse(0) + ")");
    }
    // end
  }

  void threads(MagsClient mags) throws Exception {
    // example: threads
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<ExecResult>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String word = "call " + i;
      results.add(threads.submit(() -> mags.exec("dev", "echo", word)));
    }
    for (Future<ExecResult> result : results) {
      out.print(result.get().stdout());
    }
    threads.shutdown();
    // end
  }

  void browser(MagsClient mags) {
    // example: browser
    BrowserEndpoint browser = mags.browser("browser", Duration.ofMinutes(3));
    out.println(browser.webSocketUrl());
    mags.stop(browser.requestId());
    // end
  }

  void backend(Path directory) throws IOException {
    // example: backend
    try (LocalBackend backend = LocalBackend.start(LocalOptions.temporary());
        MagsClient mags = MagsClient.open(backend.url(), backend.token(), directory)) {
      out.print(mags.run("echo here").stdout());
    }
    // end
  }
}
