package run.mags.command.url;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.command.BaseCommand;
import run.mags.command.Browser;
import run.mags.command.CliContext;
import run.mags.command.CommandGroup;
import run.mags.command.Interrupts;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.PortConverter;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code url}: opens a port of a sandbox to the public; and the group of {@code url alias}. */
@Command(
    name = "url",
    description = {
      "Open a port of a sandbox to the public and print its URL.",
      "A sandbox named `alias` is reached by its id."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags url web",
      "  mags url web 3000 --wait --open",
      "  curl \"$(mags url web --wait)\"",
      "  mags url alias my-app web"
    })
public final class UrlCommand extends BaseCommand {
  private static final int DEFAULT_PORT = 8080;

  /** Not required by the parser, which would ask for it before a command of this group, too. */
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "The port that something listens on in it (default 8080).")
  Integer port;

  @Option(names = "--wait", description = "Wait until something answers there.")
  boolean wait;

  @Option(names = "--open", description = "Open it in the web browser, too.")
  boolean open;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait for the sandbox, and for an answer (default 60s).")
  Duration timeout;

  private UrlCommand(Supplier<CliContext> context) {
    super(context);
  }

  /** The command, and the commands about aliases below it. */
  public static CommandLine group(Supplier<CliContext> context) {
    return CommandGroup.of(
        UrlCommandModel.of(new UrlCommand(context)), List.of(UrlAliasCommand.group(context)));
  }

  @Override
  protected int execute(CliContext cli) {
    if (job == null) {
      throw usage("which sandbox? for instance: mags url web");
    }
    int wanted = port == null ? DEFAULT_PORT : port;
    Duration limit = timeout == null ? MagsClient.DEFAULT_LIMIT : timeout;
    Job found = cli.mags().status(job);
    String url =
        Interrupts.during(
            cli,
            () -> null,
            () ->
                Spinner.during(
                    cli.output(),
                    "opening port " + wanted + " of " + job,
                    () -> open(cli.mags(), found, wanted, limit)));
    cli.output()
        .show(
            () ->
                Json.write(
                    Json.object()
                        .put("request_id", found.requestId())
                        .put("port", wanted)
                        .put("url", url)),
            () -> Printable.line(url));
    if (open && !Browser.open(cli.host(), url)) {
      cli.output().note("no web browser could be started");
    }
    return ExitCode.OK;
  }

  private String open(MagsClient mags, Job found, int wanted, Duration limit) {
    String url = mags.url(found, job, wanted, limit);
    if (wait) {
      mags.awaitAnswer(url, limit);
    }
    return url;
  }
}
