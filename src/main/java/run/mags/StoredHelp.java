package run.mags;

import java.io.IOException;
import java.io.InputStream;

/**
 * The help pages as the build has written them ({@link HelpWriter}): to print one, no command is
 * built and no option parser loaded.
 */
final class StoredHelp {
  private StoredHelp() {}

  /**
   * The page that a command line asks for and for nothing else: none, {@code --help}, {@code help
   * cron add} or {@code cron add --help}.
   *
   * @return null if it asks for something else, or for the page of a command that is not there
   */
  static byte[] page(String[] args, boolean colored) throws IOException {
    int from = 0;
    int to = args.length;
    if (to > 0 && (args[to - 1].equals("--help") || args[to - 1].equals("-h"))) {
      to--;
    } else if (to > 0 && args[0].equals("help")) {
      from = 1;
    } else if (to > 0) {
      return null;
    }
    StringBuilder name = new StringBuilder();
    for (int i = from; i < to; i++) {
      if (!isWord(args[i])) {
        return null;
      }
      name.append('_').append(args[i]);
    }
    try (InputStream in = StoredHelp.class.getResourceAsStream(resource(name, colored))) {
      return in == null ? null : in.readAllBytes();
    }
  }

  /** Where a page lies, {@code path} being its words with an underscore before each. */
  static String resource(CharSequence path, boolean colored) {
    return "/run/mags/help/mags" + path + (colored ? ".ansi" : ".txt");
  }

  /** What a command's name consists of; anything else may not lead to a resource. */
  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c != '-' || i == 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
