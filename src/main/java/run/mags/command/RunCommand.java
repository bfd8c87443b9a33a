package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.Cleanup;
import run.mags.client.FileUploads;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.RunOptions;
import run.mags.command.option.SandboxOptions;
import run.mags.command.option.ScriptArgument;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
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
public final class RunCommand extends BaseCommand implements TakesRemoteCommand {
  @Mixin final ScriptArgument script = new ScriptArgument();
  @Mixin final RunOptions run = new RunOptions();
  @Mixin final SandboxOptions sandbox = new SandboxOptions();
  @Mixin final EnvOptions environment = new EnvOptions();

  /** The command. */
  public RunCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    run.check(sandbox);
    JobSpec spec = spec(cli);
    Cleanup cleanup = run.remove() ? new Cleanup(cli.mags()) : null;
    Submission submission =
        new Submission(
            cli,
            run.name(),
            run.stopOnInterrupt() || run.remove(),
            id -> new JobRun(cli, id, run, cleanup).interrupted());
    return Interrupts.during(
        cli,
        submission::left,
        () -> goOn(cli, submission.submit(() -> submit(cli, spec)), cleanup));
  }

  private int goOn(CliContext cli, String id, Cleanup cleanup) {
    if (run.detach()) {
      cli.output().show(() -> Json.write(Json.object().put("request_id", id)), () -> id);
      return ExitCode.OK;
    }
    return run.persistent() ? awaitRunning(cli, id) : new JobRun(cli, id, run, cleanup).toTheEnd();
  }

  private String submit(CliContext cli, JobSpec spec) {
    try {
      return new Uploads(cli.output(), files(cli.host())).submit(cli.mags(), spec);
    } catch (CliException refused) {
      if (refused.kind() != ErrorKind.CONFLICT) {
        throw refused;
      }
      String taken = run.name() != null ? run.name() : run.workspace();
      throw new CliException(
          refused.kind(),
          refused.getMessage(),
          "see who uses it: mags list" + (taken == null ? "" : "; to end that: mags stop " + taken),
          refused);
    }
  }

  private List<Path> files(Host host) {
    return run.files().stream().map(host.cwd()::resolve).toList();
  }

  private JobSpec spec(CliContext cli) {
    Host host = cli.host();
    List<Path> files = files(host);
    FileUploads.check(files);
    JobSpec spec =
        JobSpec.script(script.text(host.terminal().in(), host.cwd()))
            .name(run.name())
            .workspace(run.workspace())
            .base(sandbox.base())
            .startupCommand(run.startupCommand())
            .env(environment.variables(host.env(), host.terminal().in(), host.cwd()))
            .files(files)
            .diskGb(sandbox.diskGb());
    if (run.persistent()) {
      spec.persistent();
    }
    return sandbox.noSleep() ? spec.noSleep() : spec;
  }

  private int awaitRunning(CliContext cli, String id) {
    Duration limit = run.timeout() == null ? MagsClient.DEFAULT_LIMIT : run.timeout();
    Job job =
        Interrupts.during(
            cli,
            () -> JobRun.interrupted(cli, id, run.stopOnInterrupt()),
            () ->
                Spinner.during(
                    cli.output(),
                    "waiting for the sandbox",
                    () -> cli.mags().awaitRunning(id, limit)));
    if (!run.url()) {
      cli.output().show(() -> Json.write(job.toJson()), () -> id);
      return ExitCode.OK;
    }
    String url = cli.mags().url(job, id, run.port(), limit);
    ObjectNode json = job.toJson().put("url", url);
    cli.output().note("job " + id);
    cli.output().show(() -> Json.write(json), () -> url);
    return ExitCode.OK;
  }
}
