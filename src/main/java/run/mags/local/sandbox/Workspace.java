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

  /** Fixes the form for good; the contents have to be there already. */
  void settle(Isolation form, Optional<Path> base) throws IOException {
    if (base.isPresent()) {
      Path other = new Workspace(base.get()).directory;
      boolean beside = directory.getParent().equals(other.getParent());
      DirectoryTree.write(
          directory.resolve(BASE), (beside ? other.getFileName() : other).toString());
    }
    DirectoryTree.write(directory.resolve(FORM), word(form));
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
