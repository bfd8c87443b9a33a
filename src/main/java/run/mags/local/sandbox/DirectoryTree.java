package run.mags.local.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Whole directory trees on the host: made owner-only, copied exactly, removed whatever is in. */
final class DirectoryTree {
  private static final Set<PosixFilePermission> OWNER_ALL =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(OWNER_ALL);
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private DirectoryTree() {}

  /** Makes a directory, and what is missing above it, for the owner only. */
  static void createPrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PRIVATE_DIRECTORY);
    }
  }

  /** Makes an empty file for the owner only, unless it is there. */
  static void createPrivateFile(Path file) throws IOException {
    try {
      Files.createFile(file, PRIVATE_FILE);
    } catch (FileAlreadyExistsException e) {
      // Somebody else made it in the meantime.
    }
  }

  /** Makes a directory with exactly these permissions, such as {@code rwxr-xr-x}. */
  static void create(Path directory, String permissions) throws IOException {
    createPrivate(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  /** Lets everybody read a file. */
  static void share(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** Puts an owner-only file in place, whole or not at all. */
  static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID());
    createPrivateFile(temporary);
    Files.writeString(temporary, text, StandardCharsets.UTF_8);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Copies a directory with owners, modes, times, links, devices and extended attributes; {@code
   * target} is there completely or not at all. {@code Files.copy} would lose what an overlay marks
   * deleted files with.
   */
  static void copy(Tools tools, Path source, Path target) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    delete(unfinished);
    List<String> all = new ArrayList<>(List.of(tools.need("cp"), "-a", "--"));
    all.addAll(List.of(source.toString(), unfinished.toString()));
    try {
      run(all);
    } catch (IOException e) {
      if (tools.path("unshare").isEmpty() || Root.here()) {
        throw e;
      }
      // What a guest has locked opens to the root of a user namespace.
      delete(unfinished);
      all.addAll(0, List.of(tools.need("unshare"), "--user", "--map-root-user"));
      run(all);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes a file or a directory with everything in it; nothing there is fine. */
  static void delete(Path path) throws IOException {
    try {
      remove(path);
    } catch (IOException | UncheckedIOException | StackOverflowError e) {
      // Too deep for a path, or in a directory of another user of our own user namespaces.
      removeByCommand(path);
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("cannot remove " + path);
    }
  }

  private static void remove(Path path) throws IOException {
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if (attributes.isDirectory()) {
      if (!attributes.permissions().containsAll(OWNER_ALL)) {
        Files.setPosixFilePermissions(path, OWNER_ALL);
      }
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        stream.forEach(children::add);
      }
      for (Path child : children) {
        remove(child);
      }
    }
    Files.deleteIfExists(path);
  }

  /** The first of these that empties the path wins; inside a user namespace modes do not count. */
  private static void removeByCommand(Path path) throws IOException {
    Tools tools = Tools.find();
    if (tools.path("rm").isEmpty()) {
      throw new IOException("cannot remove " + path + " without the program rm");
    }
    List<String> rm = List.of(tools.need("rm"), "-rf", "--", path.toString());
    List<List<String>> attempts = new ArrayList<>();
    if (tools.path("unshare").isPresent()) {
      for (List<String> mapping : List.of(List.of("--map-auto"), List.<String>of())) {
        List<String> attempt = new ArrayList<>();
        attempt.addAll(List.of(tools.need("unshare"), "--user", "--map-root-user"));
        attempt.addAll(mapping);
        attempt.addAll(rm);
        attempts.add(attempt);
      }
    }
    attempts.add(0, rm);
    for (List<String> attempt : attempts) {
      try {
        run(attempt);
        return;
      } catch (IOException e) {
        if (attempt == attempts.get(attempts.size() - 1)) {
          throw e;
        }
      }
    }
  }

  /** Brings everything on the file system that a path is on to the disk. */
  static void flush(Tools tools, Path path) throws IOException {
    if (tools.path("sync").isPresent()) {
      run(List.of(tools.need("sync"), "-f", path.toString()));
    }
  }

  /** Runs a program to its end; the first line of what it says is the reason when it fails. */
  static void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (Uninterrupted.waitFor(process) != 0) {
      throw new IOException(output.lines().findFirst().orElse("failed").trim());
    }
  }
}
