package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * The copy of a workspace that a sync leaves beside it. When the machine went down under a sandbox,
 * its files may be torn in a way that nothing shows; the copy takes their place then. When only the
 * processes died, the files are whole, and stay.
 */
final class SyncPoint {
  /** Above this a copy would take too long and too much of the disk. */
  private static final long LARGEST_BYTES = 1L << 30;

  private static final String UNFINISHED = ".sync-";
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private SyncPoint() {}

  /** Which boot of the machine this is; empty where the system does not tell. */
  static String boot() {
    try {
      return KernelSetting.read(BOOT);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Brings a workspace that a sandbox is working in to the disk, and keeps a copy of this moment.
   *
   * @param stillness of that sandbox
   */
  static void make(Workspace workspace, Isolation form, Tools tools, Writers.Stillness stillness)
      throws IOException {
    Path contents = workspace.contents(form);
    Path fresh = workspace.directory().resolve(UNFINISHED + UUID.randomUUID());
    Path former = workspace.directory().resolve(UNFINISHED + UUID.randomUUID());
    boolean copied = affordable(contents, tools);
    try {
      if (copied) {
        DirectoryTree.createPrivate(fresh);
        Path copy = fresh.resolve(Workspace.contentsName(form));
        // Nothing has to be on the disk for that: a copy sees what was written.
        stillness.during(() -> DirectoryTree.copy(tools, contents, copy));
      }
      DirectoryTree.flush(tools, contents);
      // An older copy would take the workspace back to before this sync.
      if (Files.exists(workspace.synced())) {
        Files.move(workspace.synced(), former, StandardCopyOption.ATOMIC_MOVE);
      }
      if (copied) {
        Files.move(fresh, workspace.synced(), StandardCopyOption.ATOMIC_MOVE);
        DirectoryTree.flush(tools, contents);
      }
    } finally {
      DirectoryTree.delete(fresh);
      DirectoryTree.delete(former);
    }
  }

  /** Removes what a sync left that was cut short. */
  static void clear(Workspace workspace) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(workspace.directory(), UNFINISHED + "*")) {
      for (Path entry : left) {
        DirectoryTree.delete(entry);
      }
    }
  }

  private static boolean affordable(Path contents, Tools tools) throws IOException {
    if (tools.path("du").isEmpty()) {
      return false;
    }
    Process du =
        new ProcessBuilder(tools.need("du"), "-sk", "--", contents.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    du.getOutputStream().close();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Uninterrupted.waitFor(du);
    int tab = said.indexOf('\t');
    return tab > 0 && Long.parseLong(said.substring(0, tab).strip()) * 1024 <= LARGEST_BYTES;
  }

  /**
   * Puts the copy in place of a workspace's files if the machine went down while they were written.
   * What was there goes to {@code unsynced/}, in place of an earlier one. Answers what to tell.
   */
  static Optional<String> restore(Workspace workspace, Tools tools) throws IOException {
    Optional<String> boot = workspace.interrupted();
    Optional<Isolation> form = workspace.form();
    if (boot.isEmpty() || boot.get().isEmpty() || boot.get().equals(boot()) || form.isEmpty()) {
      return Optional.empty();
    }
    Path copy = workspace.synced().resolve(Workspace.contentsName(form.get()));
    if (!Files.isDirectory(copy)) {
      workspace.end();
      return Optional.of(
          "the machine went down while this workspace was written, and it was never synced:"
              + " its newest files may be incomplete");
    }
    Path contents = workspace.contents(form.get());
    Path restored = workspace.directory().resolve("restored");
    DirectoryTree.delete(restored);
    DirectoryTree.copy(tools, copy, restored);
    DirectoryTree.delete(workspace.unsynced());
    // After a crash between the two moves the copy is still there, and the mark too.
    if (Files.isDirectory(contents)) {
      Files.move(contents, workspace.unsynced(), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(restored, contents, StandardCopyOption.ATOMIC_MOVE);
    workspace.end();
    FileTime time = Files.getLastModifiedTime(workspace.synced());
    Instant synced = time.toInstant().truncatedTo(ChronoUnit.SECONDS);
    return Optional.of(
        "the machine went down while this workspace was written: it is as it was at its last"
            + " sync, "
            + synced
            + "; what was there is in "
            + workspace.unsynced());
  }
}
