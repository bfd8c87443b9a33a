package run.mags.command;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.SandboxOptions;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code new}: a persistent sandbox with a workspace of the same name. */
@Command(
    name = "new",
    description = "Make a persistent sandbox and wait until it can be used; prints its id.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags new dev",
      "  mags new fork-1 --base golden --disk 10",
      "  mags new ci --if-exists reuse --json"
    })
public final class NewCommand extends BaseCommand {
  /** What to do when the name is taken. */
  enum IfExists {
    /** Fail. */
    fail,
    /** Take the live sandbox of that name. */
    reuse
  }

  @Parameters(paramLabel = "NAME", description = "Its name, and its workspace's.")
  String name;

  @Mixin final SandboxOptions sandbox = new SandboxOptions();
  @Mixin final EnvOptions environment = new EnvOptions();

  @Option(
      names = "--if-exists",
      paramLabel = "WHAT",
      defaultValue = "fail",
      description = "When the name is taken: fail (default), or reuse the live sandbox.")
  IfExists ifExists = IfExists.fail;

  @Option(names = "--no-wait", description = "Do not wait until it can be used.")
  boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait (default 60s).")
  Duration timeout;

  @Option(
      names = {"-p", "--persistent"},
      description = "Means what `new` does anyway.")
  @SuppressWarnings("UnusedVariable") // accepted for the original's sake
  boolean persistent;

  /** The command. */
  public NewCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (name.isBlank()) {
      throw usage("a sandbox needs a name that is not blank");
    }
    if (sandbox.base() != null && sandbox.base().isBlank()) {
      throw usage("--base needs a name that is not blank");
    }
    if (noWait && timeout != null) {
      throw usage("--no-wait and --timeout contradict each other");
    }
    JobSpec spec = spec(cli);
    Optional<Job> live = ifExists == IfExists.reuse ? live(cli) : Optional.empty();
    String id = live.isPresent() ? live.get().requestId() : submitted(cli, spec);
    Job job = noWait ? cli.api().status(id) : awaitMachine(cli, id);
    cli.output().note((live.isPresent() ? "reused " : "created ") + Printable.line(name));
    cli.output().show(() -> Json.write(job.toJson()), () -> id);
    return ExitCode.OK;
  }

  private JobSpec spec(CliContext cli) {
    JobSpec spec = JobSpec.sandbox(name).base(sandbox.base()).diskGb(sandbox.diskGb());
    if (sandbox.noSleep()) {
      spec.noSleep();
    }
    Host host = cli.host();
    return spec.env(environment.variables(host.env(), host.terminal().in(), host.cwd()));
  }

  private Optional<Job> live(CliContext cli) {
    return cli.mags().findIfThere(name).filter(job -> job.state().isLive());
  }

  private String submitted(CliContext cli, JobSpec spec) {
    return new Submission(cli, name, false, NewCommand::interrupted)
        .submit(() -> submit(cli, spec));
  }

  private static String interrupted(String id) {
    return "the sandbox may be starting; to stop it: mags stop " + id;
  }

  private String submit(CliContext cli, JobSpec spec) {
    try {
      return cli.mags().submit(spec);
    } catch (CliException refused) {
      if (refused.kind() != ErrorKind.CONFLICT) {
        throw refused;
      }
      if (ifExists == IfExists.reuse) {
        // Someone else was faster between our look and our request.
        return live(cli).orElseThrow(() -> refused).requestId();
      }
      throw new CliException(
          ErrorKind.CONFLICT,
          refused.getMessage(),
          "use the one that is there: mags new " + ShellWord.of(name) + " --if-exists reuse",
          refused);
    }
  }

  private Job awaitMachine(CliContext cli, String id) {
    String label = "waiting for " + name;
    return Interrupts.during(
        cli,
        () -> interrupted(id),
        () -> Spinner.during(cli.output(), label, () -> cli.mags().awaitMachine(id, timeout())));
  }

  private Duration timeout() {
    return timeout == null ? MagsClient.DEFAULT_LIMIT : timeout;
  }
}
