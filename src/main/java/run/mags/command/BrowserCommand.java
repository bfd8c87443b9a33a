package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.client.BrowserEndpoint;
import run.mags.command.option.DurationConverter;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code browser}: a headless Chromium in a sandbox, to be driven over its DevTools protocol. */
@Command(
    name = "browser",
    description = {
      "Start a headless Chromium in a sandbox; print its ws:// address.",
      "It is what connectOverCDP of Playwright and browserWSEndpoint of Puppeteer",
      "take. Where there is no Chromium it is installed (Alpine), and stays in the",
      "workspace; a chromium in the workspace's /root/bin goes first. Whoever knows",
      "the address can drive the browser. The same command again tells its address,",
      "and wakes it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags browser",
      "  mags browser shots --timeout 5m",
      "  mags stop browser                      ends it; its workspace stays"
    })
public final class BrowserCommand extends BaseCommand {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(3);

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The sandbox (default: browser).")
  String name;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait until it answers (default 3m).")
  Duration timeout;

  /** The command. */
  public BrowserCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    String wanted = name == null ? "browser" : name;
    if (wanted.isBlank()) {
      throw usage("a sandbox needs a name that is not blank");
    }
    Duration limit = timeout == null ? DEFAULT_TIMEOUT : timeout;
    String[] id = new String[1];
    BrowserEndpoint browser =
        Interrupts.during(
            cli,
            () -> id[0] == null ? null : "it may be starting; to stop it: mags stop " + id[0],
            () ->
                Spinner.during(
                    cli.output(),
                    "starting a browser in " + wanted,
                    () -> cli.mags().browser(wanted, limit, started -> id[0] = started)));
    ObjectNode json =
        Json.object()
            .put("request_id", browser.requestId())
            .put("name", wanted)
            .put("url", browser.url())
            .put("ws_endpoint", browser.webSocketUrl());
    cli.output().show(() -> Json.write(json), () -> Printable.line(browser.webSocketUrl()));
    return ExitCode.OK;
  }
}
