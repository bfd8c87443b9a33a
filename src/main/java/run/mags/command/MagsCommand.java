package run.mags.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root: the options that every command has. Without a command it prints the help. */
@Command(
    name = "mags",
    synopsisHeading = "Usage: ",
    customSynopsis = "mags [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGS]",
    description = "Sandboxes in an instant: run, keep and reach microVMs of Mags.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags run 'echo Hello World'            run a script, see its output",
      "  mags new dev && mags exec dev 'ls -la' keep a sandbox and work in it",
      "  mags --local run 'uname -a'            the same without an account",
      "",
      "`mags help COMMAND` tells more about a command."
    })
public final class MagsCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print the result, and errors, as JSON.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "No notes on stderr.")
  boolean quiet;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show HTTP and SSH steps on stderr, secrets left out.")
  boolean debug;

  @Option(
      names = "--color",
      scope = ScopeType.INHERIT,
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "Colour: auto, always or never.")
  ColorChoice color = ColorChoice.auto;

  @Option(
      names = "--local",
      scope = ScopeType.INHERIT,
      description = "Use the embedded local backend; it is started when it is not there.")
  boolean local;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option, nobody at the field
  boolean help;

  @Option(
      names = {"-v", "--version"},
      description = "Print the version.")
  boolean version;

  @Override
  public void run() {
    CommandLine commandLine = spec.commandLine();
    if (version) {
      commandLine.getOut().println("mags v" + Version.text());
    } else {
      commandLine.usage(commandLine.getOut());
    }
  }

  /** Whether {@code --json} was given. */
  public boolean json() {
    return json;
  }

  /** Whether {@code --quiet} was given. */
  public boolean quiet() {
    return quiet;
  }

  /** Whether {@code --debug} was given. */
  public boolean debug() {
    return debug;
  }

  /** Which colours are wanted; what the environment says counts for {@code auto} only. */
  public ColorChoice color() {
    return color;
  }

  boolean local() {
    return local;
  }
}
