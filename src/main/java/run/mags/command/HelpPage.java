package run.mags.command;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A help page that lists a command's own options; the global ones get one line. */
public final class HelpPage extends Help {
  private static final String GLOBAL =
      """

      Global options: --json, -q/--quiet, --debug, --color, --local, -h/--help;
      `mags --help` explains them.
      """;

  private HelpPage(CommandSpec spec, ColorScheme colors) {
    super(spec, colors);
  }

  @Override
  public String optionList() {
    if (commandSpec().parent() == null) {
      return super.optionList();
    }
    List<OptionSpec> own =
        commandSpec().options().stream().filter(option -> !option.inherited()).toList();
    return optionListExcludingGroups(own) + GLOBAL;
  }

  /** Makes pages of this kind. */
  public static final class Factory implements IHelpFactory {
    @Override
    public Help create(CommandSpec spec, ColorScheme colors) {
      return new HelpPage(spec, colors);
    }
  }
}
