package run.mags.command.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** The script of {@code run}: words, standard input or a file. */
public final class ScriptArgument {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCRIPT",
      description = "The script; words are joined with a blank. - reads it from stdin.")
  private final List<String> words = new ArrayList<>();

  @Option(
      names = "--script-file",
      paramLabel = "FILE",
      description = "Read the script from a file; - is stdin.")
  private Path file;

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
      return file.toString().equals("-") ? read(stdin) : read(cwd.resolve(file));
    }
    if (words.equals(List.of("-"))) {
      return read(stdin);
    }
    String script = String.join(" ", words);
    if (script.isBlank()) {
      throw wrong("no script was given; for instance: mags run 'echo hello'");
    }
    return script;
  }

  private String read(InputStream stdin) {
    try {
      return decode(stdin.readAllBytes(), "standard input");
    } catch (IOException failed) {
      throw new CliException(ErrorKind.FILE, "cannot read standard input", null, failed);
    }
  }

  private String read(Path path) {
    try {
      return decode(Files.readAllBytes(path), path.toString());
    } catch (NoSuchFileException missing) {
      throw new CliException(ErrorKind.FILE, "no such file: " + path, "nothing was sent");
    } catch (IOException failed) {
      throw new CliException(ErrorKind.FILE, "cannot read " + path, "nothing was sent", failed);
    }
  }

  private String decode(byte[] bytes, String source) {
    String script;
    try {
      script = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      throw new CliException(
          ErrorKind.FILE,
          source + " is not UTF-8 text, and a script is sent as text",
          "send the file with -f and run it by its name");
    }
    if (script.isBlank()) {
      throw wrong("the script from " + source + " is empty");
    }
    return script;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
