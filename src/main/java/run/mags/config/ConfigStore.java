package run.mags.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * The file {@code config.json} in the configuration directory: a JSON object. Keys that this
 * program does not know are kept. It is written 0600 in a 0700 directory, by a new file that takes
 * the old one's place at once, so that a reader never sees half of it.
 */
public final class ConfigStore {
  static final String FILE = "config.json";

  private final Path directory;

  /** The store in a directory, which need not exist. */
  public ConfigStore(Path directory) {
    this.directory = directory;
  }

  /** The file. */
  public Path file() {
    return directory.resolve(FILE);
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /**
   * Reads the file; a missing one is an empty object.
   *
   * @throws CliException (CONFIG) if it cannot be read or is no JSON object
   */
  public ObjectNode read() {
    String text;
    try {
      text = Files.readString(file());
    } catch (NoSuchFileException none) {
      return Json.object();
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.CONFIG,
          "cannot read " + file() + ": " + FileReason.of(failed),
          "check who owns the file and what its permissions are",
          failed);
    }
    try {
      JsonNode node = Json.read(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException broken) {
      throw broken(" (line " + broken.getLocation().getLineNr() + ")");
    }
    throw broken("");
  }

  private CliException broken(String where) {
    // The parser's own message would quote the file, which may hold a token.
    return new CliException(
        ErrorKind.CONFIG,
        "the configuration file " + file() + " is not a JSON object" + where,
        "mend it by hand, or remove it and run: mags login");
  }

  /**
   * Writes the file.
   *
   * @throws CliException (CONFIG) if that fails; the old file is then unchanged
   */
  public void write(ObjectNode content) {
    try {
      OwnerOnly.createDirectories(directory);
      OwnerOnly.replace(file(), Json.writePretty(content) + "\n");
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.CONFIG,
          "cannot write " + file() + ": " + FileReason.of(failed),
          "set MAGS_CONFIG_DIR to a directory that you can write to",
          failed);
    }
  }
}
