package run.mags.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** This program's version. */
public final class Version {
  private Version() {}

  /** The version, such as {@code 1.8.3}, from the resource that the build writes. */
  public static String text() {
    try (InputStream in = Version.class.getResourceAsStream("/run/mags/version.properties")) {
      String line = new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim();
      return line.substring(line.indexOf('=') + 1);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
