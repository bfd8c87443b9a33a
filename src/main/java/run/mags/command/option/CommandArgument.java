package run.mags.command.option;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.mags.error.ShellWord;
import run.mags.ssh.RemoteCommand;

/** Where and what: a sandbox, and a command for it with its environment and directory. */
public final class CommandArgument {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments.")
  List<String> words = new ArrayList<>();

  @Mixin final EnvOptions environment = new EnvOptions();

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "Run the shell script in FILE; - reads it from stdin.")
  Path script;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Run it in this directory instead of /root.")
  String workdir;

  /** The sandbox, as its user calls it. */
  public String job() {
    return job;
  }

  /**
   * The command.
   *
   * @param here our own environment, for variables that are passed on
   * @param stdin where {@code -} reads from
   * @param cwd what relative paths are taken against
   * @throws ParameterException if there is none, or more than one
   */
  public RemoteCommand command(Map<String, String> here, InputStream stdin, Path cwd) {
    List<String> given = new ArrayList<>(words);
    if (!given.isEmpty() && given.get(0).equals("--")) {
      given.remove(0);
    }
    TextSource.checkDecoded(given);
    if (script != null) {
      if (!given.isEmpty()) {
        throw wrong("give the command as words or with --script, not both");
      }
      given.add(TextSource.readScript(script, stdin, cwd));
    }
    if (given.size() == 1 && given.get(0).isBlank()) {
      throw wrong(
          script != null
              ? "the script is empty"
              : "the command is empty; is a variable that it was to come from not set?");
    }
    if (given.isEmpty()) {
      throw wrong(
          "no command was given; for instance: mags exec " + ShellWord.of(job) + " 'ls -la'");
    }
    return new RemoteCommand(given, environment.variables(here, stdin, cwd), workdir);
  }

  /** Whether the script takes standard input, so that the command cannot have it. */
  public boolean readsStdin() {
    return script != null && script.toString().equals("-");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
