package run.mags.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The version of this build, for backends that are started as a library: what a command line tells
 * is not known there.
 */
final class BuildVersion {
  private BuildVersion() {}

  /** The version, such as {@code 1.8.3}, from the resource that the build writes. */
  static String text() {
    try (InputStream in = BuildVersion.class.getResourceAsStream("/run/mags/version.properties")) {
      String line = new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim();
      return line.substring(line.indexOf('=') + 1);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
