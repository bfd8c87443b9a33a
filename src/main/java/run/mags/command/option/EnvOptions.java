package run.mags.command.option;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --env} and {@code --env-file}, as docker has them. */
public final class EnvOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--env",
      paramLabel = "K=V",
      description = "Set a variable; K alone passes on the value it has here. Repeatable.")
  List<String> assignments = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "Read variables from a file of K=V lines; # begins a comment line. Repeatable.")
  List<Path> files = new ArrayList<>();

  /**
   * The variables: those of the files first, then the options, the last of a name winning.
   *
   * @param here our own environment, for names without a value
   * @param stdin what the file - stands for
   * @param cwd what relative paths are taken against
   */
  public Map<String, String> variables(Map<String, String> here, InputStream stdin, Path cwd) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Path file : files) {
      for (String line : TextSource.read(file, stdin, cwd).lines().toList()) {
        String text = line.strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          put(variables, line.stripLeading(), here, " in " + file);
        }
      }
    }
    for (String assignment : assignments) {
      put(variables, assignment, here, "");
    }
    return variables;
  }

  private void put(
      Map<String, String> variables, String assignment, Map<String, String> here, String where) {
    int equals = assignment.indexOf('=');
    String name = equals < 0 ? assignment : assignment.substring(0, equals);
    if (!isName(name)) {
      // The value may be a secret: the message shows the name only.
      throw new ParameterException(
          spec.commandLine(),
          "'" + name + "'" + where + " is not a variable name; write --env NAME=VALUE");
    }
    String value = equals < 0 ? here.get(name) : assignment.substring(equals + 1);
    if (value != null) {
      variables.put(name, value);
    }
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && !Character.isDigit(name.charAt(0))
        && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
  }
}
