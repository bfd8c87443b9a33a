package run.mags.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import run.mags.config.OwnerOnly;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * What is to become of a file of lines. A character stands for a byte, so that what is not changed
 * stays as it is, whatever its encoding.
 *
 * @param file the file
 * @param before what is in it; null if it is not there
 * @param after what is to be in it; null if it is to go
 */
record FileChange(Path file, String before, String after) {
  private static final int CONTEXT = 3;

  /**
   * What is in a file; null if it is not there.
   *
   * @throws CliException (FILE) if it cannot be read
   */
  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException notThere) {
      return null;
    } catch (IOException unreadable) {
      throw failed("read", file, unreadable);
    }
  }

  /** Whether anything is to be done. */
  boolean isOne() {
    return before == null ? after != null : !before.equals(after);
  }

  /**
   * Does it, in one step.
   *
   * @throws CliException (FILE) if that fails; the file is as before then
   */
  void apply() {
    try {
      if (after == null) {
        Files.deleteIfExists(file);
        return;
      }
      OwnerOnly.createDirectories(file.getParent());
      OwnerOnly.rewrite(file, after.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException unwritable) {
      throw failed("change", file, unwritable);
    }
  }

  private static CliException failed(String verb, Path file, IOException failure) {
    return new CliException(
        ErrorKind.FILE,
        "cannot " + verb + " " + file + ": " + FileReason.of(failure),
        "is it a file of yours?",
        failure);
  }

  /** The change as {@code diff -u} shows it, with all that differs in one piece. */
  String diff() {
    List<String> old = lines(before);
    List<String> fresh = lines(after);
    int same = 0;
    while (same < Math.min(old.size(), fresh.size()) && old.get(same).equals(fresh.get(same))) {
      same++;
    }
    int end = 0;
    while (end < Math.min(old.size(), fresh.size()) - same
        && old.get(old.size() - 1 - end).equals(fresh.get(fresh.size() - 1 - end))) {
      end++;
    }
    int from = Math.max(0, same - CONTEXT);
    int tail = Math.min(end, CONTEXT);
    StringBuilder diff = new StringBuilder();
    diff.append("--- ").append(before == null ? "/dev/null" : file).append('\n');
    diff.append("+++ ").append(after == null ? "/dev/null" : file).append('\n');
    diff.append("@@ -").append(range(from, old.size() - end + tail));
    diff.append(" +").append(range(from, fresh.size() - end + tail)).append(" @@\n");
    append(diff, " ", old.subList(from, same));
    append(diff, "-", old.subList(same, old.size() - end));
    append(diff, "+", fresh.subList(same, fresh.size() - end));
    append(diff, " ", old.subList(old.size() - end, old.size() - end + tail));
    return diff.toString();
  }

  private static String range(int from, int to) {
    return (to == from ? from : from + 1) + "," + (to - from);
  }

  private static void append(StringBuilder diff, String mark, List<String> lines) {
    lines.forEach(line -> diff.append(mark).append(line).append('\n'));
  }

  private static List<String> lines(String text) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return Arrays.asList(whole.split("\n", -1));
  }
}
