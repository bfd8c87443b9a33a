package run.mags.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import run.mags.config.Config;
import run.mags.config.ConfigStore;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** A configuration file of any bytes is read and written the same, or named and never shown. */
public final class ConfigFuzz {
  private static final Path HOME = home();

  private ConfigFuzz() {}

  private static Path home() {
    try {
      Path home = Files.createTempDirectory("mags-config-fuzz");
      home.toFile().deleteOnExit();
      Files.createDirectory(home.resolve(".mags")).toFile().deleteOnExit();
      return home;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Tries one input. */
  public static synchronized void fuzzerTestOneInput(byte[] data) {
    Config config = new Config(Map.of(), HOME);
    ConfigStore store = config.store();
    try {
      Files.write(store.file(), data);
      store.file().toFile().deleteOnExit();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    try {
      config.credentials();
      config.saveToken("not-a-real-token");
      String token = config.credentials().orElseThrow().token();
      if (!token.equals("not-a-real-token")) {
        throw new AssertionError("another token is read than was saved");
      }
      config.removeToken();
      if (config.credentials().isPresent()) {
        throw new AssertionError("the token is still there");
      }
    } catch (CliException inWords) {
      boolean named = inWords.getMessage().contains(store.file().toString());
      if (inWords.kind() != ErrorKind.CONFIG || !named) {
        throw new AssertionError(inWords);
      }
    }
  }
}
