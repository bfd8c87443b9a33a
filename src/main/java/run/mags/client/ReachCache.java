package run.mags.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.config.OwnerOnly;
import run.mags.ssh.SshTarget;

/**
 * The ways to sandboxes that were found in the last minutes: address, key, and which machine it is.
 * The next command can take them without asking the API. Each is a file of its own, 0600 in a
 * directory 0700, for one API, token and name; it counts for {@link #LIFE} and then goes. Nothing
 * here ever fails: what cannot be read is not there, and what cannot be written is not remembered.
 * So it is with a file that others can read, or a directory that others can write or that is a
 * link: someone else could lead a command to a machine of theirs.
 *
 * <p>Only a machine whose id is known is remembered: its host key is pinned, so a way that leads to
 * another machine by now ends before anything is sent (decision 7).
 */
public final class ReachCache {
  /** How long a way counts. A sandbox that is idle for longer has gone to sleep. */
  static final Duration LIFE = Duration.ofMinutes(10);

  private static final String SUFFIX = ".way";

  private final Path directory;
  private final String scope;
  private final Clock clock;

  /**
   * A cache.
   *
   * @param directory where the files are; null remembers nothing
   * @param apiUrl the API that the ways are from
   * @param token the token that they were got with; only its hash is kept
   */
  ReachCache(Path directory, URI apiUrl, String token, Clock clock) {
    this.directory = directory;
    this.scope = apiUrl + "\n" + token + "\n";
    this.clock = clock;
  }

  /** The way to the sandbox of this name or id, if one is remembered. */
  Optional<SshTarget> find(String nameOrId) {
    if (directory == null) {
      return Optional.empty();
    }
    try {
      Path file = file(nameOrId);
      if (!isTrusted() || !OwnerOnly.isOurs(file, "------")) {
        return Optional.empty();
      }
      Fields way = Fields.of(Json.read(Files.readString(file)));
      Long until = way.number("until");
      Integer port = way.integer("port");
      String host = way.text("host");
      String user = way.text("user");
      String key = way.text("key");
      String machine = way.text("machine");
      boolean whole = until != null && port != null && host != null && user != null && key != null;
      if (!whole || machine == null || until < clock.millis()) {
        return Optional.empty();
      }
      // Further away than its life: the clock was set back meanwhile.
      return until - clock.millis() > LIFE.toMillis()
          ? Optional.empty()
          : Optional.of(new SshTarget(host, port, user, key, machine));
    } catch (IOException | IllegalArgumentException notThere) {
      return Optional.empty();
    }
  }

  /** Remembers a way that has just been taken; clears away what is too old. */
  void remember(String nameOrId, SshTarget way) {
    if (directory == null || way.pinName() == null) {
      return;
    }
    ObjectNode json = Json.object();
    json.put("until", clock.millis() + LIFE.toMillis());
    json.put("host", way.host()).put("port", way.port()).put("user", way.user());
    json.put("key", way.privateKey()).put("machine", way.pinName());
    try {
      OwnerOnly.createDirectories(directory);
      if (!isTrusted()) {
        return;
      }
      remove(directory, clock.millis() - LIFE.toMillis());
      OwnerOnly.replace(file(nameOrId), Json.write(json));
    } catch (IOException notRemembered) {
      // The next command asks the API again.
    }
  }

  /** Whether nobody else can put a file into the directory, or another directory in its place. */
  private boolean isTrusted() throws IOException {
    return OwnerOnly.isOurs(directory, "r-xr-x");
  }

  /** Forgets one way, which turned out to lead nowhere. */
  void forget(String nameOrId) {
    if (directory != null) {
      try {
        Files.deleteIfExists(file(nameOrId));
      } catch (IOException stays) {
        // It will be tried once more, and found wanting once more.
      }
    }
  }

  /** Forgets all ways: what a name means, or the token, may have changed. */
  void clear() {
    clear(directory);
  }

  /** Forgets all ways in {@code directory}, of every API and token; null does nothing. */
  public static void clear(Path directory) {
    if (directory != null) {
      remove(directory, Long.MAX_VALUE);
    }
  }

  /** Removes what was written before a time, in ms. */
  private static void remove(Path directory, long before) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toMillis() < before) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException notThere) {
      // Nothing to remove, or someone else is removing it.
    }
  }

  private Path file(String nameOrId) {
    byte[] text = (scope + nameOrId).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return directory.resolve(HexFormat.of().formatHex(hash, 0, 16) + SUFFIX);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
