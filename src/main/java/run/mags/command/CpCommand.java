package run.mags.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.command.option.DurationConverter;
import run.mags.transfer.CopyPlace;

/** {@code cp}: copies files between here and a sandbox. */
@Command(
    name = "cp",
    description = {
      "Copy files and directories to or from a sandbox.",
      "NAME:PATH is in the sandbox, below /root unless it begins with a slash.",
      "What is large and was broken off goes on when the same is said again.",
      "Exits with 1 when anything was skipped."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags cp src Makefile dev:",
      "  mags cp dev:/var/log/app.log .",
      "  mags cp model.bin dev:/data/",
      "  pg_dump app | mags cp - dev:app.sql",
      "  mags cp dev:out/report.csv - | head"
    })
public final class CpCommand extends BaseCommand {
  @Parameters(
      arity = "2..*",
      paramLabel = "PATH",
      description = {
        "The sources, and last the target: a directory that",
        "is there, or what the only source is to become. One",
        "side is NAME:PATH; - is standard input or output."
      })
  List<String> paths;

  @Option(
      names = {"-r", "-a", "-p"},
      description = {
        "Accepted for those used to them: directories are",
        "always copied whole, with modes and times."
      })
  boolean asAlways;

  @Option(names = "--no-verify", description = "Compare no checksums.")
  boolean noVerify;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s).")
  Duration connectTimeout;

  /** The command. */
  public CpCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    List<CopyPlace> places = new ArrayList<>();
    for (String path : paths) {
      places.add(CopyPlace.of(path, windows));
    }
    List<CopyPlace> sources = places.subList(0, places.size() - 1);
    CopyPlace target = places.get(places.size() - 1);
    check(sources, target, cli.output().isJson());
    return new CopyRun(cli, !noVerify, connectTimeout).run(sources, target);
  }

  private void check(List<CopyPlace> sources, CopyPlace target, boolean json) {
    String sandbox = sources.get(0).sandbox();
    boolean stream = target.isStream();
    for (CopyPlace source : sources) {
      if (source.isRemote() && target.isRemote()) {
        throw usage(
            "one side has to be here: copy it to a directory here first, or use: mags exec "
                + source.sandbox()
                + " 'tar c …' | mags exec "
                + target.sandbox()
                + " 'tar x'");
      }
      if (!source.isRemote() && !target.isRemote()) {
        throw usage("neither side is in a sandbox: one of them has to be NAME:PATH");
      }
      if (source.isRemote() && !source.sandbox().equals(sandbox)) {
        throw usage("the sources are in more than one sandbox");
      }
      stream |= source.isStream();
    }
    if (stream && sources.size() > 1) {
      throw usage("- is one stream for one file, so there has to be one source");
    }
    if (target.isStream() && json) {
      throw usage("--json and - as the target exclude each other: both are standard output");
    }
  }
}
