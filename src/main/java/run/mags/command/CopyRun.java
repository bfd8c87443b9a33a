package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.ssh.SshConnection;
import run.mags.terminal.ProgressBar;
import run.mags.terminal.Spinner;
import run.mags.transfer.CopyPlace;
import run.mags.transfer.CopyProgress;
import run.mags.transfer.CopyResult;
import run.mags.transfer.FileTransfer;
import run.mags.transfer.Skipped;

/** A copy under a progress bar, and what is said of it in the end. */
final class CopyRun implements CopyProgress {
  private final CliContext cli;
  private final boolean verify;
  private final Duration connectTimeout;

  /** What is being copied; replaced as it goes on. */
  private volatile String progress = "copying";

  CopyRun(CliContext cli, boolean verify, Duration connectTimeout) {
    this.cli = cli;
    this.verify = verify;
    this.connectTimeout = connectTimeout;
  }

  int run(List<CopyPlace> sources, CopyPlace target) {
    String sandbox = target.isRemote() ? target.sandbox() : sources.get(0).sandbox();
    long start = cli.host().sleeper().nanos();
    try (SshConnection connection = Connecting.to(cli, sandbox, connectTimeout)) {
      FileTransfer transfer = new FileTransfer(connection, this, verify);
      CopyResult result =
          Interrupts.during(
              cli,
              () -> "the same command again goes on with large files where they were",
              () ->
                  Spinner.during(
                      cli.output(), () -> progress, () -> copy(transfer, sources, target)));
      return tell(result, Duration.ofNanos(cli.host().sleeper().nanos() - start));
    }
  }

  private CopyResult copy(FileTransfer transfer, List<CopyPlace> sources, CopyPlace target) {
    CopyPlace first = sources.get(0);
    if (first.isStream()) {
      return transfer.upload(cli.host().terminal().in(), target.path());
    }
    if (target.isStream()) {
      return transfer.download(first.path(), cli.host().terminal().out());
    }
    if (target.isRemote()) {
      List<Path> paths = new ArrayList<>();
      for (CopyPlace source : sources) {
        paths.add(here(source.path()));
      }
      return transfer.upload(paths, target.path());
    }
    List<String> paths = new ArrayList<>();
    for (CopyPlace source : sources) {
      paths.add(source.path());
    }
    return transfer.download(paths, here(target.path()));
  }

  private Path here(String text) {
    try {
      return cli.host().cwd().resolve(text);
    } catch (InvalidPathException impossible) {
      throw new CliException(ErrorKind.USAGE, "no file can have that name here: " + text);
    }
  }

  @Override
  public void copied(String name, long done, long total) {
    progress =
        total < 0
            ? "copying " + name + ", " + ProgressBar.bytes(done)
            : ProgressBar.text("copying " + name, done, total);
  }

  private int tell(CopyResult result, Duration spent) {
    cli.output().show(() -> json(result, spent), () -> "");
    if (!cli.output().isJson()) {
      for (Skipped skipped : result.skipped()) {
        cli.output().warn("skipped " + skipped.path() + ": " + skipped.reason());
      }
      cli.output().note(summary(result, spent));
    }
    return result.isComplete() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String summary(CopyResult result, Duration spent) {
    long millis = spent.toMillis();
    return "copied "
        + result.files()
        + (result.files() == 1 ? " file, " : " files, ")
        + ProgressBar.bytes(result.bytes())
        + (result.resumed() > 0
            ? " (" + ProgressBar.bytes(result.resumed()) + " were there already)"
            : "")
        + " in "
        + (millis / 1000)
        + "."
        + (millis % 1000 / 100)
        + " s";
  }

  private static String json(CopyResult result, Duration spent) {
    ObjectNode json = Json.object();
    json.put("files", result.files());
    json.put("bytes", result.bytes());
    json.put("resumed_bytes", result.resumed());
    ArrayNode skipped = json.putArray("skipped");
    for (Skipped one : result.skipped()) {
      skipped.addObject().put("path", one.path()).put("reason", one.reason());
    }
    json.put("duration_ms", spent.toMillis());
    return Json.write(json);
  }
}
