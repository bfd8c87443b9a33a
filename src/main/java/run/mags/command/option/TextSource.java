package run.mags.command.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/** A text that the user gives as a file, or as {@code -} for standard input. */
public final class TextSource {
  private static final String NOTHING_SENT = "nothing was sent";

  /** What the API takes as a body (spec: local-backend), so nothing longer can be of use. */
  private static final int MOST_BYTES = 16 << 20;

  private TextSource() {}

  /**
   * The whole text.
   *
   * @param file a path, or {@code -}
   * @param cwd what a relative path is taken against
   * @throws CliException (FILE) if it cannot be read, is not UTF-8 or is longer than 16 MiB
   */
  public static String read(Path file, InputStream stdin, Path cwd) {
    if (file.toString().isEmpty()) {
      throw new CliException(ErrorKind.USAGE, "a file needs a name", NOTHING_SENT);
    }
    boolean piped = file.toString().equals("-");
    String name = name(file);
    try {
      byte[] bytes = piped ? bytes(stdin, name) : bytes(cwd.resolve(file), name);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException missing) {
      throw failure("no such file: " + name, null);
    } catch (AccessDeniedException denied) {
      throw failure("cannot read " + name + ": permission denied", denied);
    } catch (CharacterCodingException notText) {
      throw failure(name + " is not UTF-8 text", null);
    } catch (IOException failed) {
      throw failure("cannot read " + name + ": " + FileReason.of(failed), failed);
    }
  }

  private static byte[] bytes(Path file, String name) throws IOException {
    if (Files.isDirectory(file)) {
      throw failure(name + " is a directory", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(in, name);
    }
  }

  private static byte[] bytes(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw failure(name + " is longer than 16 MiB, which is more than the API takes", null);
    }
    return bytes;
  }

  /**
   * The same for a script, which is not empty.
   *
   * @throws CliException (FILE) if it is
   */
  public static String readScript(Path file, InputStream stdin, Path cwd) {
    String script = read(file, stdin, cwd);
    if (script.isBlank()) {
      throw failure("the script in " + name(file) + " is empty", null);
    }
    return script;
  }

  /**
   * Refuses arguments that held bytes which are no UTF-8: Java has put U+FFFD in their place, and
   * they would arrive changed.
   *
   * @throws CliException (USAGE) if there is one
   */
  public static void checkDecoded(List<String> arguments) {
    for (String argument : arguments) {
      if (argument.indexOf('\uFFFD') >= 0) {
        throw new CliException(
            ErrorKind.USAGE,
            "an argument has bytes that are not UTF-8 and would arrive changed",
            "send them through standard input or a file");
      }
    }
  }

  private static String name(Path file) {
    return file.toString().equals("-") ? "standard input" : file.toString();
  }

  private static CliException failure(String message, Exception cause) {
    return new CliException(ErrorKind.FILE, message, NOTHING_SENT, cause);
  }
}
