package run.mags.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshConnection;

/**
 * What something in a sandbox is; symbolic links are followed.
 *
 * @param size bytes
 * @param mode the permissions, at most 0777
 * @param modified the time of the last change in seconds since 1970
 */
record RemoteStat(Kind kind, long size, int mode, long modified) {
  /** What there can be. */
  enum Kind {
    FILE,
    DIRECTORY,
    OTHER,
    MISSING
  }

  /** A large file below a directory, by its path from there. */
  record Large(String path, RemoteStat stat) {}

  private static final String LOOK =
      """
      look() {
        if [ -d "$1" ]; then kind=d; elif [ -f "$1" ]; then kind=f
        elif [ -e "$1" ]; then kind=o; else echo m 0 0 0; return; fi
        echo "$kind $(stat -L -c '%s %a %Y' -- "$1")"
      }
      """;

  boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  /** What each of these is. */
  static List<RemoteStat> of(SshConnection connection, List<RemotePath> paths) {
    StringBuilder script = new StringBuilder(LOOK);
    for (RemotePath path : paths) {
      script.append("look ").append(path.quoted()).append('\n');
    }
    String answer = Script.answer(connection, script.toString(), "say what is to be copied");
    List<RemoteStat> stats = new ArrayList<>();
    for (String line : answer.split("\n", -1)) {
      if (!line.isEmpty()) {
        stats.add(parse(line));
      }
    }
    if (stats.size() != paths.size()) {
      throw strange();
    }
    return stats;
  }

  /** The large files in a directory; one whose name is no text is told to {@code tally}. */
  static List<Large> largeIn(SshConnection connection, RemotePath directory, Tally tally) {
    String script =
        "cd "
            + directory.quoted()
            + " || exit 1\nexec find . -type f "
            + Chunks.IS_LARGE
            + " -exec sh -c 'for f; do printf \"f %s\\0%s\\0\""
            + " \"$(stat -c \"%s %a %Y\" \"$f\")\" \"$f\"; done' sh {} + 2>/dev/null";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // What find cannot enter is told of when the rest is read.
    new Script(connection, script, null, out).await();
    List<Large> found = new ArrayList<>();
    String[] parts = out.toString(ISO_8859_1).split("\0", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      byte[] name = parts[i + 1].getBytes(ISO_8859_1);
      List<String> path = EntryPath.parts(decoded(name));
      if (path == null || path.isEmpty()) {
        tally.skip(new String(name, UTF_8), EntryPath.IMPOSSIBLE);
      } else {
        found.add(new Large(String.join("/", path), parse(parts[i])));
      }
    }
    return found;
  }

  private static String decoded(byte[] name) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  private static RemoteStat parse(String line) {
    String[] words = line.split(" ", -1);
    try {
      if (words.length == 4) {
        Kind kind =
            switch (words[0]) {
              case "f" -> Kind.FILE;
              case "d" -> Kind.DIRECTORY;
              case "m" -> Kind.MISSING;
              default -> Kind.OTHER;
            };
        int mode = Integer.parseInt(words[2], 8) & 0777;
        return new RemoteStat(kind, Long.parseLong(words[1]), mode, Long.parseLong(words[3]));
      }
    } catch (NumberFormatException none) {
      // As with any other answer that is none.
    }
    throw strange();
  }

  private static CliException strange() {
    return new CliException(
        ErrorKind.BAD_ANSWER,
        "the sandbox does not say what is to be copied",
        "are stat and find there? mags exec NAME 'type stat find tar sha256sum'");
  }
}
