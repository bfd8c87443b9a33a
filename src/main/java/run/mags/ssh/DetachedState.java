package run.mags.ssh;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a detached command is.
 *
 * @param phase what has become of it
 * @param exitCode its exit status, 0 to 255, or 128 plus the number of the signal that ended it; -1
 *     unless it has exited
 * @param known ids of other commands, newest first, at most five; empty unless it is unknown
 * @param begin when it began, in seconds since 1970; 0 where that is not known
 * @param end when it ended, in seconds since 1970; 0 unless it has exited
 */
public record DetachedState(Phase phase, int exitCode, List<String> known, long begin, long end) {
  /** What becomes of a command. */
  public enum Phase {
    /** It runs. */
    RUNNING,
    /** It has ended and left its exit status. */
    EXITED,
    /** It runs no longer and has left none: what ended it ended everything around it, too. */
    LOST,
    /** There is no record of it. */
    UNKNOWN
  }

  /** Copies what could change. */
  public DetachedState {
    known = List.copyOf(known);
  }

  /**
   * Reads what the scripts print, which is the last line: start files of the user may print more.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static DetachedState parse(String printed) {
    String line = printed.stripTrailing();
    String[] words = line.substring(line.lastIndexOf('\n') + 1).strip().split(" +", -1);
    if (words[0].equals("unknown")) {
      List<String> known = List.of(words).stream().filter(DetachedCommand::isId).toList();
      return new DetachedState(Phase.UNKNOWN, -1, known, 0, 0);
    }
    if (words.length != 4) {
      throw new IllegalArgumentException(line);
    }
    Phase phase = Phase.valueOf(words[0].toUpperCase(Locale.ROOT));
    int exitCode = phase == Phase.EXITED ? Integer.parseInt(words[3]) : -1;
    return new DetachedState(phase, exitCode, List.of(), seconds(words[1]), seconds(words[2]));
  }

  private static long seconds(String word) {
    return word.equals("-") ? 0 : Long.parseLong(word);
  }

  /** When it began, where that is known. */
  public Optional<Instant> began() {
    return begin == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(begin));
  }

  /** When it ended, if it has exited. */
  public Optional<Instant> ended() {
    return end == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(end));
  }
}
