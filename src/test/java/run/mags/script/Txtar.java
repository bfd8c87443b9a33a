package run.mags.script;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that begins with a comment, here the script, and holds files, each after a line {@code --
 * NAME --}.
 *
 * @param comment the lines before the first file
 * @param files the files in their order
 */
record Txtar(List<String> comment, List<File> files) {
  private static final String OPEN = "-- ";
  private static final String CLOSE = " --";

  /**
   * One file of an archive.
   *
   * @param name its path, relative to where the archive is unpacked
   * @param content its text; every line ends with a line feed
   */
  record File(String name, String content) {}

  /** Takes {@code text} apart; every text is an archive. */
  static Txtar parse(String text) {
    List<String> comment = new ArrayList<>();
    List<File> files = new ArrayList<>();
    String name = null;
    StringBuilder content = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (isMarker(line)) {
        if (name != null) {
          files.add(new File(name, content.toString()));
        }
        name = line.substring(OPEN.length(), line.length() - CLOSE.length()).strip();
        content.setLength(0);
      } else if (name == null) {
        comment.add(line);
      } else {
        content.append(line).append('\n');
      }
    }
    if (name != null) {
      files.add(new File(name, content.toString()));
    }
    return new Txtar(List.copyOf(comment), List.copyOf(files));
  }

  private static boolean isMarker(String line) {
    return line.startsWith(OPEN)
        && line.endsWith(CLOSE)
        && line.length() > OPEN.length() + CLOSE.length();
  }
}
