package run.mags.local.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The shell scripts that ship with this package; they are passed to {@code sh -c} as text. */
final class Script {
  private Script() {}

  /** The text of a script. */
  static String named(String name) throws IOException {
    try (InputStream stream = Script.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("no script " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
