package run.mags.local.sandbox;

import java.nio.file.Path;
import java.util.List;

/** A list of mounts that one {@code mount -a} makes, in order (format: fstab(5)). */
final class Fstab {
  private final StringBuilder text = new StringBuilder();

  /** Adds a mount of a file system of its own, such as {@code proc}. */
  Fstab mount(String type, Path target, String options) {
    return line(type, target.toString(), type, options);
  }

  /** Adds an overlay; its options name directories relative to where {@code mount} runs. */
  Fstab overlay(Path target, String options) {
    return line("workspace", target.toString(), "overlay", options);
  }

  /** Adds a second place for a file or a directory, with these flags. */
  Fstab bind(Path source, Path target, List<String> flags) {
    return line(source.toString(), target.toString(), "none", with("bind", flags));
  }

  /** Adds a second place for a directory, read-only, together with what is mounted below it. */
  Fstab bindReadOnly(Path source, Path target, List<String> flags) {
    return line(source.toString(), target.toString(), "none", with("rbind,ro", flags));
  }

  /** The text of the file. */
  String text() {
    return text.toString();
  }

  private static String with(String options, List<String> flags) {
    return flags.isEmpty() ? options : options + "," + String.join(",", flags);
  }

  private Fstab line(String source, String target, String type, String options) {
    text.append(escape(source)).append(' ').append(escape(target)).append(' ');
    text.append(type).append(' ').append(options).append(" 0 0\n");
    return this;
  }

  private static String escape(String field) {
    StringBuilder escaped = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\\') {
        escaped.append('\\').append(c >> 6 & 7).append(c >> 3 & 7).append(c & 7);
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
