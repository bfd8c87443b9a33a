package run.mags.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.FileReason;
import run.mags.error.ShellWord;
import run.mags.terminal.Printable;

/** {@code code}: opens a directory of a sandbox in an editor. */
@Command(
    name = "code",
    description = {
      "Open a directory of a sandbox in VS Code, or an editor like it.",
      "It connects as ssh NAME.mags does: mags ssh-config --install comes first.",
      "The editor needs its Remote-SSH extension."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags code dev",
      "  mags code dev /root/app --cursor",
      "  MAGS_EDITOR=codium mags code dev"
    })
public final class CodeCommand extends BaseCommand {
  @Parameters(index = "0", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "What to open (default /root).")
  String path;

  @Option(names = "--cursor", description = "Open it in Cursor.")
  boolean cursor;

  @Option(
      names = "--install",
      description = "Do mags ssh-config --install first, where that has not been done.")
  boolean install;

  /** The command. */
  public CodeCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (path != null && !path.startsWith("/")) {
      throw usage("PATH is one in the sandbox and begins with /, not '" + path + "'");
    }
    List<String> command = editor(cli);
    Path program = Programs.find(command.get(0), cli.host().env());
    if (program == null && !Path.of(command.get(0)).isAbsolute()) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "there is no program " + command.get(0) + " on the PATH",
          "in VS Code: Shell Command: Install 'code' command in PATH; another editor: MAGS_EDITOR");
    }
    prepare(cli);
    cli.mags().find(job);
    String host = job + OpenSshFiles.SUFFIX;
    String opened = path == null ? "/root" : path;
    command.set(0, program == null ? command.get(0) : program.toString());
    command.addAll(List.of("--remote", "ssh-remote+" + host, opened));
    start(cli, command);
    cli.output()
        .show(
            () ->
                Json.write(
                    Json.object()
                        .put("editor", command.get(0))
                        .put("host", host)
                        .put("path", opened)),
            () -> "");
    cli.output().note("opened " + Printable.line(host + ":" + opened));
    return ExitCode.OK;
  }

  private List<String> editor(CliContext cli) {
    Optional<String> chosen = EnvVar.MAGS_EDITOR.in(cli.host().env());
    String command = cursor ? "cursor" : chosen.map(String::strip).orElse("code");
    return new ArrayList<>(List.of(command.split(" +", -1)));
  }

  private void prepare(CliContext cli) {
    OpenSshInstallation installation = new OpenSshInstallation(new OpenSshFiles(cli));
    if (installation.isThere()) {
      return;
    }
    if (!install) {
      throw new CliException(
          ErrorKind.CONFIG,
          "OpenSSH does not know sandboxes yet",
          "to change that: mags ssh-config --install; or in one go: mags code --install "
              + ShellWord.of(job));
    }
    installation.apply(installation.plan(List.of()), false);
  }

  /** Its output is dropped, as ours is the result; what is wrong it says on standard error. */
  private static void start(CliContext cli, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.directory(cli.host().cwd().toFile());
    builder.environment().clear();
    builder.environment().putAll(cli.host().env());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      int status = process.waitFor();
      if (status != 0) {
        throw new CliException(
            ErrorKind.REFUSED, command.get(0) + " ended with status " + status, null);
      }
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot run " + command.get(0) + ": " + FileReason.of(failed),
          "another editor: MAGS_EDITOR",
          failed);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted", null, interrupt);
    }
  }
}
