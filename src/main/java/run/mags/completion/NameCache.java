package run.mags.completion;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.mags.config.Directories;
import run.mags.config.EnvVar;
import run.mags.config.OwnerOnly;

/**
 * The names that completion has seen lately, so that TAB need not wait for the API. A file for each
 * kind, 0600 in a directory 0700, named after a hash of all that decides which API is asked with
 * which token: the variables, the configuration file's bytes, whether the local backend is meant. A
 * file that others could have written counts as none. Nothing here fails: what cannot be read is
 * not there, and what cannot be written is not remembered.
 */
public final class NameCache {
  /** Names younger than this are taken as they are. */
  static final Duration FRESH = Duration.ofSeconds(10);

  /** Names older than this are not shown any longer. */
  static final Duration USABLE = Duration.ofHours(1);

  /** As long nobody else asks the API once somebody has begun to, or has failed to. */
  static final Duration CLAIM = Duration.ofSeconds(10);

  private static final String SUFFIX = ".names";

  private final Path directory;
  private final String scope;
  private final Clock clock;

  private NameCache(Path directory, String scope, Clock clock) {
    this.directory = directory;
    this.scope = scope;
    this.clock = clock;
  }

  /**
   * The cache of a user, or nothing where {@code MAGS_CACHE} is off.
   *
   * @param local whether {@code --local} was given
   */
  public static Optional<NameCache> of(
      Map<String, String> env, Path home, boolean local, Clock clock) {
    Directories directories = new Directories(env, home);
    Optional<Path> directory = directories.cache();
    return directory.isEmpty()
        ? Optional.empty()
        : Optional.of(new NameCache(directory.get(), scope(env, directories, local), clock));
  }

  private static String scope(Map<String, String> env, Directories directories, boolean local) {
    StringBuilder text = new StringBuilder();
    if (local || EnvVar.MAGS_LOCAL.isOn(env)) {
      text.append("local\n").append(directories.localState().toAbsolutePath());
    } else {
      for (EnvVar variable :
          new EnvVar[] {EnvVar.MAGS_API_URL, EnvVar.MAGS_API_TOKEN, EnvVar.MAGS_TOKEN}) {
        text.append(variable.in(env).orElse("")).append('\n');
      }
      try {
        // Byte for byte: how they are meant is no matter.
        text.append(Files.readString(directories.configurationFile(), StandardCharsets.ISO_8859_1));
      } catch (IOException none) {
        text.append('\n');
      }
    }
    return hash(text);
  }

  /**
   * 64 bits (FNV-1a): enough to tell the few that one user has apart, and too few to tell anyone a
   * token. A cryptographic one of the JDK costs each TAB 10 ms.
   */
  private static String hash(CharSequence text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      hash = (hash ^ (c & 0xff)) * 0x100000001b3L;
      hash = (hash ^ (c >> 8)) * 0x100000001b3L;
    }
    return Long.toHexString(hash);
  }

  /**
   * Names and when they were asked for.
   *
   * @param names the names
   * @param fresh whether they can be taken without asking anew
   */
  record Known(List<Candidate> names, boolean fresh) {}

  /** What is known of a kind, or nothing. */
  Optional<Known> read(Kind kind) {
    Path file = file(kind, SUFFIX);
    try {
      long age = age(file);
      // A time to come: the clock was set back meanwhile.
      if (age < 0 || age > USABLE.toMillis() || !isTrusted() || !OwnerOnly.isOurs(file, "------")) {
        return Optional.empty();
      }
      List<Candidate> names = parse(Files.readString(file));
      return Optional.of(new Known(names, age < FRESH.toMillis()));
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  static List<Candidate> parse(String text) {
    List<Candidate> names = new ArrayList<>();
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      int tab = text.indexOf('\t', begin);
      if (tab > begin && tab < end) {
        names.add(new Candidate(text.substring(begin, tab), text.substring(tab + 1, end)));
      }
      begin = end + 1;
    }
    return names;
  }

  /** A file of these names; what a line cannot hold is left out. */
  public static String text(List<Candidate> names) {
    StringBuilder text = new StringBuilder();
    for (Candidate name : names) {
      if (name.value().indexOf('\n') < 0 && name.value().indexOf('\t') < 0) {
        text.append(name.value()).append('\t');
        text.append(name.description().replace('\n', ' ')).append('\n');
      }
    }
    return text.toString();
  }

  /** Remembers the names of a kind, and gives the claim back. */
  public void write(Kind kind, List<Candidate> names) {
    try {
      OwnerOnly.createDirectories(directory);
      if (isTrusted()) {
        remove(directory, clock.millis() - USABLE.toMillis());
        OwnerOnly.replace(file(kind, SUFFIX), text(names));
        Files.deleteIfExists(claim(kind));
      }
    } catch (IOException notRemembered) {
      // The next TAB asks the API again.
    }
  }

  /**
   * Claims the asking for a kind, so that many a TAB does not ask many a time. Who fails keeps the
   * claim, so that an API that cannot be reached is not waited for each time.
   */
  boolean claim(Kind kind, FileTime now) {
    Path claim = claim(kind);
    try {
      OwnerOnly.createDirectories(directory);
      if (!isTrusted()) {
        return false;
      }
      if (Files.exists(claim)) {
        long age = age(claim);
        if (age >= 0 && age < CLAIM.toMillis()) {
          return false;
        }
        Files.deleteIfExists(claim);
      }
      OwnerOnly.create(claim).close();
      Files.setLastModifiedTime(claim, now);
      return true;
    } catch (IOException someoneElseDid) {
      return false;
    }
  }

  private Path claim(Kind kind) {
    return file(kind, ".asking" + SUFFIX);
  }

  /** How old a file is, in ms. */
  private long age(Path file) throws IOException {
    return clock.millis() - Files.getLastModifiedTime(file).toMillis();
  }

  private boolean isTrusted() throws IOException {
    return OwnerOnly.isOurs(directory, "r-xr-x");
  }

  private Path file(Kind kind, String suffix) {
    return directory.resolve(scope + "-" + kind.word() + suffix);
  }

  /** Forgets all names in {@code directory}, of every API and token; null does nothing. */
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
}
