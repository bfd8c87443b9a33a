package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;

/** {@code ssh-config}: makes OpenSSH's programs know sandboxes. */
@Command(
    name = "ssh-config",
    description = {
      "Make ssh, scp, sftp, rsync, git and editors know sandboxes: NAME.mags.",
      "Prints what OpenSSH's configuration needs; --install puts it there.",
      "Names that are given are spelt out, so that editors can offer them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags ssh-config --install && ssh dev.mags",
      "  mags ssh-config --install dev web      editors list dev.mags and web.mags",
      "  mags ssh-config --install --dry-run",
      "  mags ssh-config --remove"
    })
public final class SshConfigCommand extends BaseCommand {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Sandboxes to spell out.")
  List<String> names = new ArrayList<>();

  @Option(
      names = "--install",
      description = "Write it to a file of its own, and include that into ~/.ssh/config.")
  boolean install;

  @Option(names = "--remove", description = "Take all of it out again.")
  boolean remove;

  @Option(names = "--dry-run", description = "Only show what would be changed, as a diff.")
  boolean dryRun;

  /** The command. */
  public SshConfigCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    check();
    OpenSshInstallation installation = new OpenSshInstallation(new OpenSshFiles(cli));
    if (!install && !remove) {
      String text = installation.files().configuration(names);
      installation.files().hostKey();
      cli.output().show(() -> Json.write(Json.object().put("config", text)), () -> text);
      return ExitCode.OK;
    }
    List<FileChange> changes = remove ? installation.removal() : installation.plan(names);
    if (!dryRun && !changes.isEmpty()) {
      installation.apply(changes, remove);
    }
    if (install && installation.files().tokenIsOnlyHere()) {
      cli.output()
          .note(
              "note: the token comes from the environment; an editor that is not started from"
                  + " here has it only after: mags login");
    }
    show(cli, changes);
    return ExitCode.OK;
  }

  private void check() {
    if (install && remove) {
      throw usage("--install and --remove exclude each other");
    }
    if (dryRun && !install && !remove) {
      throw usage("--dry-run goes with --install or --remove");
    }
    if (remove && !names.isEmpty()) {
      throw usage("--remove takes everything out; it takes no names");
    }
    for (String name : names) {
      boolean plain = !name.isEmpty() && !name.startsWith("-");
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        plain &= Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
      }
      if (!plain) {
        throw usage("'" + name + "' cannot be a host name; only letters, digits, - _ and . can");
      }
    }
  }

  private void show(CliContext cli, List<FileChange> changes) {
    StringBuilder diff = new StringBuilder();
    changes.forEach(change -> diff.append(change.diff()));
    if (changes.isEmpty()) {
      cli.output().note(remove ? "there is nothing to remove" : "it is there already");
    }
    cli.output()
        .show(
            () -> {
              ObjectNode json = Json.object().put("changed", !dryRun && !changes.isEmpty());
              changes.forEach(change -> json.withArray("files").add(change.file().toString()));
              return Json.write(json.put("diff", diff.toString()));
            },
            () -> dryRun ? Printable.text(diff.toString()) : text(changes));
  }

  private static String text(List<FileChange> changes) {
    StringBuilder text = new StringBuilder();
    changes.forEach(change -> text.append(Printable.line(change.file().toString())).append('\n'));
    return text.toString();
  }
}
