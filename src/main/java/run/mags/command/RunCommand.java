package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.PublicUrl;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.Json;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.RunOptions;
import run.mags.command.option.SandboxOptions;
import run.mags.command.option.ScriptArgument;
import run.mags.config.EnvVar;
import run.mags.error.ExitCode;
import run.mags.terminal.Spinner;

/** {@code run}: runs a script in a new sandbox and follows it to its end. */
@Command(
    name = "run",
    description = {
      "Run a script in a new sandbox, show its output, exit with its code.",
      "Failures of mags itself exit 125, a timeout 124."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags run 'echo Hello World'",
      "  mags run -w build -f app.py 'python3 app.py'",
      "  mags run -p --url --port 8080 -n web 'python3 -m http.server 8080'",
      "  mags run --timeout 5m - < script.sh"
    })
public final class RunCommand extends BaseCommand implements ReturnsRemoteStatus {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  @Mixin private ScriptArgument script;
  @Mixin private RunOptions run;
  @Mixin private SandboxOptions sandbox;
  @Mixin private EnvOptions environment;

  /** The command. */
  public RunCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    run.check(sandbox);
    Path cwd = cli.host().cwd();
    List<Path> files = run.files().stream().map(cwd::resolve).toList();
    Uploads.check(files);
    String text = script.text(cli.host().terminal().in(), cwd);
    var variables = environment.variables(cli.host().env(), cli.host().terminal().in(), cwd);
    cli.api();
    List<String> fileIds = new Uploads(cli).send(files);
    JobRequest request =
        new JobRequest(
            text,
            JobRequest.INLINE,
            run.name(),
            run.workspace(),
            sandbox.base(),
            run.persistent() ? Boolean.TRUE : null,
            sandbox.noSleep(),
            run.startupCommand(),
            variables,
            fileIds,
            sandbox.diskGb());
    String id = cli.api().submit(request).requestId();
    if (run.detach()) {
      cli.output().show(() -> Json.write(Json.object().put("request_id", id)), () -> id);
      return ExitCode.OK;
    }
    return run.persistent() ? awaitRunning(cli, id) : new JobRun(cli, id, run).toTheEnd();
  }

  private int awaitRunning(CliContext cli, String id) {
    Duration limit = run.timeout() == null ? START_TIMEOUT : run.timeout();
    Job job =
        Interrupts.during(
            cli,
            () -> JobRun.interrupted(cli, id, run.stopOnInterrupt()),
            () ->
                Spinner.during(
                    cli.output(),
                    "waiting for the sandbox",
                    () -> new Readiness(cli).running(id, limit)));
    if (!run.url()) {
      cli.output().show(() -> Json.write(job.toJson()), () -> id);
      return ExitCode.OK;
    }
    String url =
        PublicUrl.of(
            cli.api().access(id, run.port()),
            job,
            EnvVar.MAGS_APP_DOMAIN.in(cli.host().env()).orElse(null));
    ObjectNode json = job.toJson().put("url", url);
    cli.output().note("job " + id);
    cli.output().show(() -> Json.write(json), () -> url);
    return ExitCode.OK;
  }
}
