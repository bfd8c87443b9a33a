package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * A root file system that a user named: a directory, used as it is and never written, or an archive
 * for {@code tar}, unpacked once into {@code image/root-KEY/tree}.
 *
 * @param source the directory or the archive
 */
record RootTree(Path source) {
  /** How the directories of such images begin. */
  static final String PREFIX = "root-";

  private static final String PROGRAMS_LEAD_TO = "sandbox";

  /**
   * Looks at what a user named.
   *
   * @throws CliException when it is not there, or no root file system
   */
  static RootTree of(Path source) {
    try {
      Path real = source.toRealPath();
      if (Files.isDirectory(real)) {
        requireShell(real, source);
      } else if (!Files.isReadable(real)) {
        throw new IOException("it cannot be read");
      }
      return new RootTree(real);
    } catch (IOException e) {
      throw unusable(source, Reason.of(e), e);
    }
  }

  private static void requireShell(Path tree, Path source) {
    for (String shell : List.of("bin/sh", "usr/bin/sh")) {
      if (Files.exists(tree.resolve(shell), LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
    }
    throw unusable(source, "it has no /bin/sh", null);
  }

  private static CliException unusable(Path source, String reason, IOException cause) {
    return new CliException(
        ErrorKind.FILE,
        "cannot use " + source + " as the root file system: " + reason,
        "Name a directory or a tar archive with a whole Linux system, such as Alpine or Debian.",
        cause);
  }

  /** The image that stands on it, made when it is not there. */
  HostImage.Leased prepare(Path state, Tools tools) throws IOException {
    HostImage.Leased leased =
        HostImage.prepare(state, PREFIX + key(), directory -> build(directory, tools));
    Path tree = tree(leased.image().directory());
    return new HostImage.Leased(
        new HostImage(leased.image().directory(), Optional.of(tree)), leased.lease());
  }

  private Path tree(Path directory) {
    return Files.isDirectory(source) ? source : directory.resolve("tree");
  }

  /** The outer root has a link for each name at the top. */
  private String key() throws IOException {
    String sign =
        Files.isDirectory(source)
            ? String.join("\n", names(source))
            : Files.size(source) + " " + Files.getLastModifiedTime(source).toInstant();
    return HostImage.digest("1\n" + source + "\n" + sign);
  }

  private static List<String> names(Path tree) throws IOException {
    TreeSet<String> names = new TreeSet<>(HostImage.OWN);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    names.remove("overlay");
    return List.copyOf(names);
  }

  private void build(Path directory, Tools tools) throws IOException {
    DirectoryTree.createPrivate(directory);
    if (!Files.isDirectory(source)) {
      unpack(directory.resolve("tree"), tools);
    }
    Path outer = directory.resolve("outer");
    Path landing = outer.resolve(PROGRAMS_LEAD_TO);
    DirectoryTree.create(outer, "rwxr-xr-x");
    HostImage.placePrograms(outer);
    for (String name : List.of("proc", "dev")) {
      Path inside = Path.of(PROGRAMS_LEAD_TO, "overlay", name);
      Files.createSymbolicLink(outer.resolve(name), inside);
    }
    DirectoryTree.create(landing, "rwxr-xr-x");
    DirectoryTree.create(landing.resolve("overlay"), "rwxr-xr-x");
    for (String name : names(tree(directory))) {
      Files.createSymbolicLink(landing.resolve(name), Path.of("overlay", name));
    }
    HostImage.buildDevices(directory.resolve("dev"));
  }

  /** Without devices, which a sandbox has of its own, and only root could make. */
  private void unpack(Path tree, Tools tools) throws IOException {
    if (tools.path("tar").isEmpty()) {
      throw new IOException("there is no program tar to unpack " + source);
    }
    DirectoryTree.create(tree, "rwxr-xr-x");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(tools.need("tar"), "-xpf", source.toString(), "-C", tree.toString()));
    command.addAll(List.of("--exclude=./dev/*", "--exclude=dev/*"));
    if (Root.here()) {
      command.add("--numeric-owner");
    }
    DirectoryTree.run(command);
    requireShell(tree, source);
  }

  /**
   * Puts links to what is written at the start into a new upper directory or tree, unless there is
   * something of these names: a file of the archive says nothing about this machine.
   */
  static void linkRunFiles(Path top, Isolation isolation) throws IOException {
    Path etc = top.resolve("etc");
    if (!Files.exists(etc, LinkOption.NOFOLLOW_LINKS)) {
      DirectoryTree.create(etc, "rwxr-xr-x");
    }
    if (!Files.isDirectory(etc, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (String name : List.of("hostname", "hosts", "resolv.conf")) {
      Path file = etc.resolve(name);
      boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (there && isolation == Isolation.FLAT && isEmpty(file)) {
        Files.delete(file);
        there = false;
      }
      if (!there) {
        Files.createSymbolicLink(file, Path.of("/run", name));
      }
    }
  }

  private static boolean isEmpty(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == 0;
  }
}
