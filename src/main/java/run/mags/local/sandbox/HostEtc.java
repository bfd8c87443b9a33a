package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Copies the host's {@code /etc} for use inside sandboxes: only what every user of the host may
 * read, so that no secret comes along even when root copies, and with a virtual machine's identity.
 */
final class HostEtc {
  private static final Path ETC = Path.of("/etc");

  /** Replaced by links to files that are written when a sandbox starts. */
  private static final Set<String> WRITTEN_AT_START = Set.of("hostname", "hosts", "resolv.conf");

  private static final Set<String> LEFT_OUT = Set.of("shadow", "gshadow", "sudoers", "sudoers.d");

  private HostEtc() {}

  /** Fills {@code target}, an empty directory. */
  static void copyTo(Path target) throws IOException {
    Files.walkFileTree(ETC, new Copying(target));
    for (String name : WRITTEN_AT_START) {
      Files.createSymbolicLink(target.resolve(name), Path.of("/run", name));
    }
    Path passwd = target.resolve("passwd");
    StringBuilder users = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
    StringBuilder locked = new StringBuilder("root:*:::::::\n");
    if (Files.exists(passwd)) {
      for (String line : Files.readString(passwd, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        int end = line.indexOf(':');
        if (end > 0 && !line.startsWith("root:")) {
          users.append(line).append('\n');
          locked.append(line, 0, end).append(":*:::::::\n");
        }
      }
    }
    Files.writeString(passwd, users, StandardCharsets.ISO_8859_1);
    // Without an entry there, "su NAME" refuses even root.
    Path shadow = target.resolve("shadow");
    DirectoryTree.createPrivateFile(shadow);
    Files.writeString(shadow, locked, StandardCharsets.ISO_8859_1);
  }

  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path target;

    Copying(Path target) {
      this.target = target;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (directory.equals(ETC)) {
        return FileVisitResult.CONTINUE;
      }
      if (leftOut(directory)
          || !permissions(directory)
              .containsAll(
                  EnumSet.of(
                      PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE))) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      DirectoryTree.create(at(directory), "rwxr-xr-x");
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (leftOut(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) {
        Files.createSymbolicLink(at(file), Files.readSymbolicLink(file));
      } else if (attributes.isRegularFile()) {
        Set<PosixFilePermission> permissions = permissions(file);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
          Files.copy(file, at(file));
          Files.setPosixFilePermissions(
              at(file),
              PosixFilePermissions.fromString(
                  permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                      ? "rwxr-xr-x"
                      : "rw-r--r--"));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      // Not ours to read, or gone since it was listed.
      return FileVisitResult.CONTINUE;
    }

    private static boolean leftOut(Path file) {
      String name = file.getFileName().toString();
      return file.getParent().equals(ETC)
          && (WRITTEN_AT_START.contains(name) || LEFT_OUT.contains(name));
    }

    private static Set<PosixFilePermission> permissions(Path file) throws IOException {
      return Files.readAttributes(file, PosixFileAttributes.class).permissions();
    }

    private Path at(Path file) {
      return target.resolve(ETC.relativize(file));
    }
  }
}
