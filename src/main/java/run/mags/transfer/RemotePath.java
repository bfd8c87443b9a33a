package run.mags.transfer;

import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * A path in a sandbox, ready for its programs.
 *
 * @param text absolute, or beginning with {@code .} and relative to the home directory
 */
record RemotePath(String text) {
  /** What the user wrote behind the colon. */
  static RemotePath of(String given) {
    if (given.indexOf('\0') >= 0) {
      throw new CliException(ErrorKind.USAGE, "a path holds a NUL byte");
    }
    if (given.startsWith("/")) {
      return new RemotePath(given);
    }
    String path = given.equals("~") ? "" : given.startsWith("~/") ? given.substring(2) : given;
    return new RemotePath(path.isEmpty() ? "." : "./" + path);
  }

  /** Whether only a directory can be meant. */
  boolean endsWithSlash() {
    return text.endsWith("/");
  }

  /** Without slashes at its end. */
  RemotePath stripped() {
    int end = text.length();
    while (end > 1 && text.charAt(end - 1) == '/') {
      end--;
    }
    return new RemotePath(text.substring(0, end));
  }

  /** The last name. */
  String name() {
    String path = stripped().text;
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether the last name is one that a file can be given. */
  boolean hasOwnName() {
    String name = name();
    return !name.isEmpty() && !name.equals(".") && !name.equals("..");
  }

  /** The directory that holds it; only for one with a name of its own. */
  RemotePath parent() {
    String path = stripped().text;
    int slash = path.lastIndexOf('/');
    return new RemotePath(slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash));
  }

  RemotePath child(String name) {
    return new RemotePath(text.endsWith("/") ? text + name : text + "/" + name);
  }

  /** As one word of a shell. */
  String quoted() {
    return quote(text);
  }

  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
