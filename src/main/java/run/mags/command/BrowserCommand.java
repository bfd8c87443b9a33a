package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code browser}: a headless Chromium in a sandbox, to be driven over its DevTools protocol. */
@Command(
    name = "browser",
    description = {
      "Start a headless Chromium in a sandbox; print its DevTools URL.",
      "It speaks the DevTools protocol (CDP), for Playwright, Puppeteer and the like.",
      "Whoever knows the URL can drive the browser; for a private way, forward port",
      "9222 by mags ssh -L."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags browser",
      "  mags browser shots --timeout 5m",
      "  mags stop browser                      ends it; its workspace stays"
    })
public final class BrowserCommand extends BaseCommand {
  /** Chromium's usual port for its DevTools protocol. */
  private static final int PORT = 9222;

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(3);

  /** The image to use, of which the service is assumed to have one with a browser in it. */
  private static final String IMAGE_VARIABLE = "__MAGS_ROOTFS_TYPE";

  private static final String IMAGE = "browser";

  /** Starts the browser that is there, or else the one that Alpine's packages have. */
  private static final String START =
      """
      chrome=
      for name in chromium chromium-browser google-chrome chrome headless-shell; do
        command -v "$name" >/dev/null 2>&1 && { chrome=$name; break; }
      done
      if [ -z "$chrome" ] && command -v apk >/dev/null 2>&1; then
        apk add --no-cache chromium && chrome=chromium
      fi
      if [ -z "$chrome" ]; then
        echo "no Chromium is installed in this sandbox" >&2
        exit 127
      fi
      exec "$chrome" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \\
        --remote-debugging-address=0.0.0.0 --remote-debugging-port=%d \\
        --remote-allow-origins='*' --user-data-dir="$HOME/.mags-browser" about:blank
      """
          .formatted(PORT);

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
    String url =
        Interrupts.during(
            cli,
            () -> id[0] == null ? null : "it may be starting; to stop it: mags stop " + id[0],
            () ->
                Spinner.during(
                    cli.output(),
                    "starting a browser in " + wanted,
                    () -> start(cli.mags(), wanted, limit, id)));
    ObjectNode json = Json.object().put("request_id", id[0]).put("name", wanted).put("url", url);
    cli.output().show(() -> Json.write(json), () -> Printable.line(url));
    return ExitCode.OK;
  }

  private static String start(MagsClient mags, String name, Duration limit, String[] id) {
    Optional<Job> live = mags.findIfThere(name).filter(job -> job.state().isLive());
    id[0] = live.isPresent() ? live.get().requestId() : mags.submit(spec(name));
    Job job = mags.awaitRunning(id[0], limit);
    String url = mags.url(job, name, PORT, limit);
    mags.awaitAnswer(url + "/json/version", limit, () -> requireRunning(mags.status(id[0]), name));
    return url;
  }

  /** Its script is the browser: once that has ended, nothing will ever answer. */
  private static void requireRunning(Job job, String name) {
    if (job.exitCode() != null || job.state().isFinal()) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          "no browser runs in " + name + ": its script ended with " + job.exitCode(),
          "see why: mags logs " + name + "; then: mags stop " + name);
    }
  }

  private static JobSpec spec(String name) {
    return JobSpec.script(START)
        .name(name)
        .workspace(name)
        .startupCommand(START)
        .persistent()
        .env(IMAGE_VARIABLE, IMAGE);
  }
}
