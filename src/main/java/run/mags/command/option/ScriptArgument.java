package run.mags.command.option;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.mags.error.CliException;

/** The script of {@code run}: words, standard input or a file. */
public final class ScriptArgument {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCRIPT",
      description = "The script; words are joined with a blank. - reads it from stdin.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--script-file",
      paramLabel = "FILE",
      description = "Read the script from a file; - is stdin.")
  Path file;

  /**
   * The script.
   *
   * @param stdin where {@code -} reads from
   * @param cwd what a relative path is taken against
   * @throws ParameterException if there is none, or more than one
   * @throws CliException (FILE) if it cannot be read
   */
  public String text(InputStream stdin, Path cwd) {
    if (file != null && !words.isEmpty()) {
      throw wrong("give the script as words or with --script-file, not both");
    }
    if (file != null) {
      return TextSource.readScript(file, stdin, cwd);
    }
    if (words.equals(List.of("-"))) {
      return TextSource.readScript(Path.of("-"), stdin, cwd);
    }
    String script = String.join(" ", words);
    TextSource.checkDecoded(List.of(script));
    if (script.isBlank()) {
      String command = spec.commandLine().getCommandSpec().qualifiedName(" ");
      String options = command.endsWith(" run") ? "" : " [OPTIONS]";
      throw wrong("no script was given; for instance: " + command + options + " 'echo hello'");
    }
    return script;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
