package run.mags.local.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file with a file system of a given size in it, for what a sandbox writes that keeps nothing. It
 * takes of the host's disk what is written into it. Only root may mount it. A workspace is not put
 * into one: other sandboxes stand on its files, and they are copied.
 */
final class DiskImage {
  /** Below that there is no room for a file system. */
  private static final long SMALLEST = 8L << 20;

  /** How a remark begins that says why. */
  static final String NOT_LIMITED = "the disk size is not limited: ";

  private DiskImage() {}

  /** Whether a sandbox can have one. */
  static boolean fits(SandboxSpec spec, Isolation level, Footing footing) {
    return spec.limits().disk().isPresent()
        && spec.workspace().isEmpty()
        && level == Isolation.OVERLAY
        && footing == Footing.ROOT;
  }

  /** What to tell where a size is asked for and cannot be had. */
  static Optional<String> none(SandboxSpec spec) {
    if (spec.limits().disk().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        spec.workspace().isPresent()
            ? NOT_LIMITED + "a workspace may grow as far as the disk goes"
            : NOT_LIMITED + "not at this level of isolation: see mags local doctor");
  }

  /** Makes one in the sandbox's own directory. */
  static Path make(SandboxSpec spec, Tools tools) throws IOException {
    Path file = spec.directory().resolve("disk");
    DirectoryTree.createPrivateFile(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Math.max(SMALLEST, spec.limits().disk().orElseThrow()));
    }
    if (tools.path("mkfs.ext4").isEmpty()) {
      throw new IOException("there is no program mkfs.ext4");
    }
    DirectoryTree.run(
        List.of(
            tools.need("mkfs.ext4"),
            "-q",
            "-F",
            "-m",
            "0",
            "-O",
            "^has_journal",
            "-E",
            "lazy_itable_init=1,nodiscard",
            file.toString()));
    return file;
  }
}
