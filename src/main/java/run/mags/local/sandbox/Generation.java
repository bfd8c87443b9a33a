package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A workspace as it was when its forks were made, kept for them when it is about to be written: a
 * workspace without a name beside it, which nobody writes and which goes with the last of them.
 */
final class Generation {
  private static final String PREFIX = ".frozen-";

  private Generation() {}

  /** Whether a directory among the workspaces is one. */
  static boolean is(Path directory) {
    return directory.getFileName().toString().startsWith(PREFIX);
  }

  /**
   * Lets the forks of a workspace, which is claimed alone and about to be written, stand on a copy
   * of it. They are moved one by one, so that after a crash some stand on the copy and some on the
   * workspace, which is not written before all have been moved: both are the same then. The copy is
   * on the disk before anybody stands on it, and that is on the disk before the first write.
   *
   * @throws IOException if there is no room for the copy; the workspace must not be written then
   */
  static void freeze(Workspace own, Tools tools) throws IOException {
    Optional<Isolation> stored = own.form();
    if (stored.isEmpty() || !Files.isDirectory(own.contents(stored.get()))) {
      return;
    }
    List<Workspace> forks = new Forks(own).all();
    if (forks.isEmpty()) {
      return;
    }
    Workspace frozen = new Workspace(own.directory().resolveSibling(PREFIX + UUID.randomUUID()));
    Lease lease = Lease.alone(frozen.directory()).orElseThrow();
    try {
      copy(own, stored.get(), frozen, tools);
      for (Workspace fork : forks) {
        new Forks(frozen).note(fork);
        fork.standOn(frozen.directory());
      }
      DirectoryTree.flush(tools, frozen.directory());
    } finally {
      lease.close();
      // Nothing stands on it if this was cut short at the copy.
      dropIfUnused(frozen.directory());
    }
  }

  private static void copy(Workspace own, Isolation stored, Workspace frozen, Tools tools)
      throws IOException {
    DirectoryTree.createPrivate(frozen.directory());
    new Forks(frozen).begin();
    DirectoryTree.copy(tools, own.contents(stored), frozen.contents(stored));
    Optional<Path> beneath = own.beneath();
    if (beneath.isPresent()) {
      new Forks(new Workspace(beneath.get())).note(frozen);
    }
    frozen.settle(stored, Optional.empty(), beneath);
    DirectoryTree.flush(tools, frozen.directory());
  }

  /**
   * Removes one, and those beneath it, when nobody stands on it any more; anything else is left
   * alone.
   */
  static void dropIfUnused(Path directory) throws IOException {
    if (!is(directory) || !Files.isDirectory(directory)) {
      return;
    }
    Optional<Lease> lease = Lease.alone(directory);
    if (lease.isEmpty()) {
      // A sandbox runs on it, or it is just being made.
      return;
    }
    Workspace frozen = new Workspace(directory);
    Path removed = directory.resolveSibling(WorkspaceTrees.DELETED + UUID.randomUUID());
    Optional<Path> beneath;
    try (Lease held = lease.get()) {
      if (!new Forks(frozen).all().isEmpty()) {
        return;
      }
      beneath = frozen.beneath();
      Files.move(directory, removed, StandardCopyOption.ATOMIC_MOVE);
      // Its name never comes again.
      held.forgetFile();
    }
    DirectoryTree.delete(removed);
    if (beneath.isPresent()) {
      dropIfUnused(beneath.get());
    }
  }
}
