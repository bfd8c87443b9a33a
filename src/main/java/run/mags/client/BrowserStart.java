package run.mags.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import run.mags.api.UrlProbe;
import run.mags.api.model.Fields;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.wait.Deadline;

/**
 * Starts a headless Chromium in a sandbox, or finds the one that runs there. The service's own
 * image with a browser is not relied on, since nothing public tells how it is asked for: the
 * sandbox is an ordinary one, in which Chromium is installed when it is not there, and stays in the
 * workspace.
 *
 * <p>A sandbox of this machine shares its network: there the browser takes a port of its own choice
 * on the loopback interface, which it tells in the log. Elsewhere it is 9222, through a relay.
 */
final class BrowserStart {
  private static final String SCRIPT = "browser.sh";

  /** What every script that starts one names. */
  private static final String PROFILE = ".mags-browser";

  private static final int RELAY_PORT = 9222;
  private static final Pattern LISTENS =
      Pattern.compile("DevTools listening on ws://[^/]*:([0-9]+)/");

  private final MagsClient mags;
  private final boolean here;
  private final String name;
  private final Deadline deadline;

  /**
   * Nothing is done yet.
   *
   * @param here whether sandboxes are on this machine
   */
  BrowserStart(MagsClient mags, boolean here, String name, Duration limit) {
    this.mags = mags;
    this.here = here;
    this.name = name;
    this.deadline = Deadline.in(limit, mags.poller().sleeper());
  }

  /** Does it; {@code started} takes the job's id as soon as it is known. */
  BrowserEndpoint run(Consumer<String> started) {
    Optional<Job> live = mags.findIfThere(name).filter(job -> job.state().isLive());
    live.map(Job::requestId).map(mags::status).ifPresent(this::requireBrowser);
    String id = live.isPresent() ? live.get().requestId() : mags.submit(spec());
    started.accept(id);
    int starts = 0;
    if (live.isPresent() && live.get().state() == JobStatus.SLEEPING) {
      starts = ports(id).size();
      // Wakes it, which starts the browser again.
      mags.sshTarget(id, deadline.left());
    }
    Job job = mags.awaitRunning(id, deadline.left());
    int port = here ? portOf(id, starts) : RELAY_PORT;
    String url = withoutSlash(mags.url(job, name, port, deadline.left()));
    return new BrowserEndpoint(id, url, webSocket(id, url));
  }

  /**
   * A browser's sandbox starts it whenever it wakes. A server elsewhere may not tell what a sandbox
   * starts (the key is assumed); the one on this machine does.
   */
  private void requireBrowser(Job job) {
    String startup = job.startupCommand();
    boolean other = startup == null ? here : !startup.contains(PROFILE);
    if (other && job.state().isLive()) {
      throw new CliException(
          ErrorKind.CONFLICT,
          name + " is a sandbox without a browser, and is " + job.status(),
          "take another name, as in: mags browser NAME; or first: mags stop " + ShellWord.of(name));
    }
  }

  private JobSpec spec() {
    String script = "relay=" + (here ? "no" : "yes") + "\n" + text();
    return JobSpec.script(script).name(name).workspace(name).startupCommand(script).persistent();
  }

  private static String text() {
    try (InputStream in = BrowserStart.class.getResourceAsStream(SCRIPT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The port that the browser listens on, once it has started more often than {@code starts}. */
  private int portOf(String id, int starts) {
    List<Integer> told =
        mags.poller()
            .until(
                () -> {
                  requireRunning(id);
                  return ports(id);
                },
                ports -> ports.size() > starts,
                deadline.left(),
                "the browser in " + name + " to start",
                ports -> "it has not told its port",
                seeWhatItSays());
    return told.get(told.size() - 1);
  }

  /** The ports that the browser has listened on, the latest last. */
  private List<Integer> ports(String id) {
    List<Integer> ports = new ArrayList<>();
    for (LogEntry entry : mags.logs(id)) {
      Matcher matcher = LISTENS.matcher(entry.text());
      if (matcher.find()) {
        ports.add(Integer.valueOf(matcher.group(1)));
      }
    }
    return ports;
  }

  private String webSocket(String id, String url) {
    UrlProbe probe = mags.probe(url + "/json/version");
    return mags.poller()
        .until(
            () -> {
              requireRunning(id);
              UrlProbe.Seen seen = probe.look();
              return new Found(seen, debuggerPath(seen.body()));
            },
            found -> found.path() != null,
            deadline.left(),
            "the browser in " + name + " to answer at " + url,
            found -> found.seen().words(),
            seeWhatItSays())
        .at(url);
  }

  private String seeWhatItSays() {
    return "was this sandbox made by mags browser? see what it says: mags logs "
        + ShellWord.of(name);
  }

  /** What a look has shown; {@code path} is null until the browser has answered. */
  private record Found(UrlProbe.Seen seen, String path) {
    /** The browser names itself as it was called; who is outside knows its host better. */
    String at(String url) {
      return "ws" + url.substring("http".length()) + path;
    }
  }

  private static String debuggerPath(String body) {
    try {
      String given = Fields.of(Json.read(body)).text("webSocketDebuggerUrl");
      return given == null ? null : URI.create(given).getRawPath();
    } catch (IOException | IllegalArgumentException notABrowser) {
      return null;
    }
  }

  /** Its script is the browser: once that has ended, nothing will ever answer. */
  private void requireRunning(String id) {
    Job job = mags.status(id);
    if (job.exitCode() != null || job.state().isFinal()) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          "no browser runs in "
              + name
              + (job.exitCode() == null
                  ? ": its status is " + job.status()
                  : ": its script ended with " + job.exitCode()),
          "see why: mags logs " + ShellWord.of(name) + "; then: mags stop " + ShellWord.of(name));
    }
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
