package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * One workspace on disk; {@link WorkspaceTrees} has the layout. A workspace gets its form, and with
 * it a meaning, when the first sandbox starts on it.
 *
 * @param directory the workspace's directory
 */
record Workspace(Path directory) {
  private static final String NAME = "name";
  private static final String FORM = "form";
  private static final String BASE = "base";
  private static final String BENEATH = "beneath";
  private static final String BOOT = "boot";

  Workspace {
    directory = directory.toAbsolutePath().normalize();
  }

  /** The name that its user gave it; the directory's own name where none is written. */
  String name() throws IOException {
    return read(NAME).orElse(directory.getFileName().toString());
  }

  /** Writes the name down. */
  void rename(String name) throws IOException {
    DirectoryTree.write(directory.resolve(NAME), name);
  }

  /** Whether a name is written down, without which the workspace is not listed. */
  boolean named() {
    return Files.exists(directory.resolve(NAME));
  }

  /** The level at which it was made; empty when no sandbox has used it yet. */
  Optional<Isolation> form() throws IOException {
    Optional<String> word = read(FORM);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    for (Isolation isolation : Isolation.values()) {
      if (word(isolation).equals(word.get())) {
        return Optional.of(isolation);
      }
    }
    throw new IOException("unknown form " + word.get() + " in " + directory);
  }

  /** The directory of the workspace it was forked from. */
  Optional<Path> base() throws IOException {
    return read(BASE).map(base -> directory.resolveSibling(base).normalize());
  }

  /**
   * The directory of the workspace that an overlay of this one stands on: the one it was forked
   * from, unless it has that one's files in itself.
   */
  Optional<Path> beneath() throws IOException {
    Optional<String> beneath = read(BENEATH);
    if (beneath.isEmpty()) {
      return base();
    }
    return beneath
        .filter(text -> !text.isEmpty())
        .map(text -> directory.resolveSibling(text).normalize());
  }

  /** Where the files are at this level. */
  Path contents(Isolation form) {
    return directory.resolve(contentsName(form));
  }

  /** Where an overlay keeps its unfinished changes: beside the upper directory, never reused. */
  Path work() {
    return directory.resolve("work");
  }

  /** Where the process that holds a sandbox on this workspace writes which one it is. */
  Path holder() {
    return directory.resolve("holder");
  }

  /** The process that held the last sandbox, unless that one ended in an orderly way. */
  Optional<ProcessId> lastHolder() throws IOException {
    Optional<String> stat = read("holder").filter(text -> text.endsWith("\n"));
    return stat.map(ProcessId::of);
  }

  /** Where a copy of the files as they were at the last sync is. */
  Path synced() {
    return directory.resolve("synced");
  }

  /** Where the files go that were newer than the copy that they were replaced with. */
  Path unsynced() {
    return directory.resolve("unsynced");
  }

  /** Notes that a sandbox writes here, and since which boot of the machine. */
  void begin(String boot) throws IOException {
    DirectoryTree.write(directory.resolve(BOOT), boot);
  }

  /** Notes that nobody writes here any more. */
  void end() throws IOException {
    Files.deleteIfExists(directory.resolve(BOOT));
  }

  /** The boot of the machine in which a sandbox wrote here that never came to its end. */
  Optional<String> interrupted() throws IOException {
    return read(BOOT);
  }

  /**
   * Fixes the form; the contents have to be there already.
   *
   * @param base what it was forked from
   * @param beneath what an overlay of it stands on
   */
  void settle(Isolation form, Optional<Path> base, Optional<Path> beneath) throws IOException {
    if (base.isPresent()) {
      DirectoryTree.write(directory.resolve(BASE), beside(base.get()));
    }
    if (!beneath.equals(base)) {
      DirectoryTree.write(
          directory.resolve(BENEATH), beneath.isEmpty() ? "" : beside(beneath.get()));
    }
    DirectoryTree.write(directory.resolve(FORM), word(form));
  }

  /** Lets an overlay of it stand on another directory with the same files. */
  void standOn(Path other) throws IOException {
    DirectoryTree.write(directory.resolve(BENEATH), beside(other));
  }

  /** How a workspace is named in this one's files: by its name alone if it is beside it. */
  String beside(Path workspace) {
    Path other = new Workspace(workspace).directory;
    boolean beside = directory.getParent().equals(other.getParent());
    return (beside ? other.getFileName() : other).toString();
  }

  /** The name of the directory that holds a workspace's files at this level. */
  static String contentsName(Isolation form) {
    return switch (form) {
      case OVERLAY -> "upper";
      case FLAT -> "tree";
      case PLAIN -> "home";
    };
  }

  private static String word(Isolation form) {
    return form.name().toLowerCase(Locale.ROOT);
  }

  private Optional<String> read(String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path)
        ? Optional.of(Files.readString(path, StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
