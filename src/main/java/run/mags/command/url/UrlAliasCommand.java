package run.mags.command.url;

import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.api.model.UrlAlias;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.CommandGroup;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;

/** {@code url alias}: a subdomain of the user's choice; and the group of commands about them. */
@Command(
    name = "alias",
    description = {
      "Give a sandbox's workspace a subdomain of your choice; print the URL.",
      "It stays when the sandbox is made anew."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags url alias my-app web",
      "  mags url alias list",
      "  mags url alias remove my-app"
    })
final class UrlAliasCommand extends BaseCommand {
  /** Not required by the parser, which would ask for it before a command of this group, too. */
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SUBDOMAIN",
      description = "The first label of the URL.")
  String subdomain;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  private UrlAliasCommand(Supplier<CliContext> context) {
    super(context);
  }

  /** The command, and those below it. */
  static CommandLine group(Supplier<CliContext> context) {
    CommandLine group =
        CommandGroup.of(
            UrlAliasCommandModel.of(new UrlAliasCommand(context)),
            List.of(
                UrlAliasListCommandModel.of(new UrlAliasListCommand(context)),
                UrlAliasRemoveCommandModel.of(new UrlAliasRemoveCommand(context))));
    group.getCommandSpec().preprocessor(new SecondWord());
    return group;
  }

  /**
   * Lets a sandbox have the name of a command: only the first word names one. To the parser a word
   * is a command wherever it stands, so the one that is meant as a name is taken from what it
   * knows.
   */
  private static final class SecondWord implements CommandLine.IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec spec, ArgSpec option, Map<String, Object> info) {
      String first = null;
      // The top of the stack is the next argument.
      for (int i = args.size() - 1; i >= 0; i--) {
        String word = args.get(i);
        if (word.equals("--color")) {
          i--;
        } else if (!word.startsWith("-") && first == null) {
          first = word;
        } else if (!word.startsWith("-")) {
          if (!spec.subcommands().containsKey(first) && spec.subcommands().containsKey(word)) {
            spec.removeSubcommand(word);
          }
          break;
        }
      }
      return false;
    }
  }

  @Override
  protected int execute(CliContext cli) {
    if (subdomain == null || job == null) {
      throw usage("a subdomain and a sandbox are needed; for instance: mags url alias my-app web");
    }
    UrlAlias alias = cli.mags().aliases().add(subdomain, job);
    String shown = alias.url() == null ? alias.subdomain() : alias.url();
    cli.output().show(() -> Json.write(alias.toJson()), () -> Printable.line(shown));
    return ExitCode.OK;
  }
}
