package run.mags.command;

import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.client.RunResult;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.PortConverter;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.terminal.Spinner;
import run.mags.wait.Deadline;

/** {@code wait}: waits for a job, or for a command that goes on in a sandbox. */
@Command(
    name = "wait",
    description = {
      "Wait until a job has ended, and exit with its script's code as run does.",
      "With --exec, wait for a command of exec --detach and exit with its status.",
      "With --for, wait for a state and exit with 0. A timeout exits 124."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags wait dev --for running --timeout 2m",
      "  mags wait web --for url --port 3000",
      "  id=$(mags run -d 'make all') && mags wait $id",
      "  id=$(mags exec -d dev 'make all') && mags wait dev --exec $id"
    })
public final class WaitCommand extends BaseCommand implements ReturnsRemoteStatus {
  private static final int DEFAULT_PORT = 8080;

  /** What can be waited for. */
  private enum Goal {
    /** It runs, and a machine is attached to it. */
    RUNNING,
    /** It sleeps. */
    SLEEPING,
    /** Its script has ended. */
    COMPLETED,
    /** It has ended, however that came about. */
    STOPPED,
    /** Something answers at its public URL. */
    URL
  }

  @Parameters(paramLabel = "NAME|ID", description = "The job.")
  String job;

  @Option(
      names = "--for",
      paramLabel = "STATE",
      description = {
        "What to wait for: running, sleeping, completed, stopped, or url, which is",
        "that something answers at its public URL, as url --wait does."
      })
  String state;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "The port behind the URL (default 8080). Needs --for url.")
  Integer port;

  @Option(
      names = "--exec",
      paramLabel = "ID",
      description = "Wait for this command, whose id exec --detach has printed.")
  String exec;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait (default: 60s for running, sleeping and url, no limit else).")
  Duration timeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s). Needs --exec.")
  Duration connectTimeout;

  /** The command. */
  public WaitCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  public boolean returnsRemoteStatus() {
    return state == null;
  }

  @Override
  protected int execute(CliContext cli) {
    Goal goal = goal();
    if (exec != null && state != null) {
      throw usage("--exec and --for exclude each other: a command is waited for until it ends");
    }
    if (port != null && goal != Goal.URL) {
      throw usage("--port needs --for url");
    }
    if (exec != null) {
      return new DetachedRun(cli, job, connectTimeout).await(exec, timeout);
    }
    if (connectTimeout != null) {
      throw usage("--connect-timeout needs --exec");
    }
    Job found = cli.mags().find(job);
    Job reached =
        Interrupts.during(
            cli,
            () -> "nothing was changed; look again: mags status " + ShellWord.of(job),
            () ->
                Spinner.during(cli.output(), "waiting for " + job, () -> await(cli, found, goal)));
    cli.output().show(() -> Json.write(reached.toJson()), () -> "");
    return state == null ? exitCode(reached) : ExitCode.OK;
  }

  private Goal goal() {
    return switch (state == null ? "stopped" : state) {
      case "running" -> Goal.RUNNING;
      case "sleeping" -> Goal.SLEEPING;
      case "completed" -> Goal.COMPLETED;
      case "stopped" -> Goal.STOPPED;
      case "url" -> Goal.URL;
      default ->
          throw usage("--for is running, sleeping, completed, stopped or url, not '" + state + "'");
    };
  }

  private Job await(CliContext cli, Job found, Goal goal) {
    MagsClient mags = cli.mags();
    String id = found.requestId();
    Duration soon = timeout == null ? MagsClient.DEFAULT_LIMIT : timeout;
    return switch (goal) {
      case RUNNING -> mags.awaitState(id, job, JobStatus.RUNNING, soon);
      case SLEEPING -> mags.awaitState(id, job, JobStatus.SLEEPING, soon);
      case COMPLETED -> mags.awaitState(id, job, JobStatus.COMPLETED, timeout);
      case STOPPED -> mags.awaitEnd(id, job, timeout);
      case URL -> {
        Deadline deadline = Deadline.in(soon, cli.host().sleeper());
        String url = mags.url(mags.status(job), job, port == null ? DEFAULT_PORT : port, soon);
        mags.awaitAnswer(url, deadline.left());
        yield mags.status(job);
      }
    };
  }

  private int exitCode(Job ended) {
    if (ended.state() == JobStatus.STOPPED) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          job + " was stopped before its script ended",
          "see what it wrote: mags logs " + ended.requestId());
    }
    return RunResult.exitCode(ended);
  }
}
