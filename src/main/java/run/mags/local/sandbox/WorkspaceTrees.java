package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The workspaces below one directory.
 *
 * <p>Each has a directory of its own, named as {@link WorkspaceName} says, with
 *
 * <ul>
 *   <li>{@code name}: its name as its user wrote it, in UTF-8;
 *   <li>{@code form}: {@code overlay}, {@code flat} or {@code plain}, written last when the first
 *       sandbox starts on it. The first two are converted into each other where the level is
 *       another one; between them and plain processes a workspace is refused;
 *   <li>{@code base}: if it was forked, the directory name of the workspace it was forked from;
 *   <li>{@code beneath}: what an overlay of it stands on, if that is not its base; empty for
 *       nothing;
 *   <li>its files: {@code upper/} (the upper directory of an overlay over the host image, and over
 *       the base's {@code upper/}), {@code tree/} (a whole root file system) or {@code home/} (the
 *       home directory of plain processes). A fork of form overlay goes on standing on its base,
 *       which therefore cannot be deleted before it; the other forms copy their base once, and so
 *       does a fork of a base that others write. Before a base is written, its forks are moved to a
 *       copy of it ({@link Generation});
 *   <li>{@code forks/}: which workspaces stand on it ({@link Forks});
 *   <li>{@code synced/}: a copy of its files as they were at the last sync; {@code unsynced/}: what
 *       was newer when that copy had to be put in their place;
 *   <li>{@code boot}: while a sandbox runs on it, in which boot of the machine;
 *   <li>{@code work/}: an overlay's unfinished changes, made anew for every mount;
 *   <li>{@code holder}: while a sandbox runs on it, which process holds that ({@code
 *       /proc/PID/stat}). After a crash the next sandbox waits until that process is gone.
 * </ul>
 *
 * <p>{@code .locks/} has one lock file per workspace; a running sandbox holds it, alone for its
 * workspace and shared for the bases beneath, and the kernel lets go of it when the process ends.
 * {@code .frozen-*} are bases as they were before they were written, for the forks that stand on
 * them; {@code .deleted-*} are remains of a removal that a crash cut short.
 */
public final class WorkspaceTrees {
  /** How the name of what is being removed begins. */
  static final String DELETED = ".deleted-";

  private final Path directory;

  private WorkspaceTrees(Path directory) {
    this.directory = directory;
  }

  /**
   * The workspaces below {@code directory}, which is made for the owner only when it is missing.
   *
   * @throws CliException when it cannot be made or read
   */
  public static WorkspaceTrees in(Path directory) {
    try {
      DirectoryTree.createPrivate(directory);
      WorkspaceTrees trees = new WorkspaceTrees(directory.toRealPath());
      for (Path entry : trees.entries()) {
        if (entry.getFileName().toString().startsWith(DELETED)) {
          DirectoryTree.delete(entry);
        } else {
          Generation.dropIfUnused(entry);
        }
      }
      return trees;
    } catch (IOException e) {
      throw failure("cannot use " + directory + " for workspaces", e);
    }
  }

  /**
   * The directory of a workspace, for {@link SandboxSpec}; a new and empty workspace when there is
   * none of that name.
   *
   * @param name any Unicode text, the empty one too
   */
  public Path directory(String name) {
    Workspace workspace = workspace(name);
    try {
      DirectoryTree.createPrivate(workspace.directory());
      if (!workspace.named()) {
        workspace.rename(name);
      }
      return workspace.directory();
    } catch (IOException e) {
      throw failure("cannot create workspace " + name, e);
    }
  }

  /** The names that the directory with a workspace's files can have, in its own directory. */
  public static List<String> contents() {
    return Arrays.stream(Isolation.values()).map(Workspace::contentsName).toList();
  }

  /** Whether there is a workspace of that name, used or not. */
  public boolean exists(String name) {
    return workspace(name).named();
  }

  /** The directory of a workspace that there is. */
  public Optional<Path> find(String name) {
    Workspace workspace = workspace(name);
    return workspace.named() ? Optional.of(workspace.directory()) : Optional.empty();
  }

  /** The names of all workspaces, sorted. */
  public List<String> names() {
    try {
      List<String> names = new ArrayList<>();
      for (Workspace workspace : workspaces()) {
        names.add(workspace.name());
      }
      Collections.sort(names);
      return names;
    } catch (IOException e) {
      throw failure("cannot list the workspaces in " + directory, e);
    }
  }

  /**
   * The level at which a workspace was made; empty when no sandbox has used it, or none is there.
   */
  public Optional<Isolation> form(String name) {
    try {
      return workspace(name).form();
    } catch (IOException e) {
      throw failure("cannot read workspace " + name, e);
    }
  }

  /**
   * Removes a workspace and all its files, whatever their owners and modes.
   *
   * @throws CliException when there is none of that name, a sandbox uses it, or forks stand on it
   */
  public void delete(String name) {
    Workspace workspace = workspace(name);
    if (!workspace.named()) {
      throw new CliException(
          ErrorKind.NOT_FOUND, "there is no workspace " + name, "Look for its name in the list.");
    }
    try {
      Path removed = directory.resolve(DELETED + UUID.randomUUID());
      Optional<Path> beneath;
      Lease lease =
          Lease.alone(workspace.directory())
              .orElseThrow(
                  () ->
                      new CliException(
                          ErrorKind.CONFLICT,
                          "workspace " + name + " is in use by a sandbox",
                          "Stop that sandbox first."));
      try {
        refuseIfForked(workspace);
        beneath = workspace.beneath();
        Files.move(workspace.directory(), removed, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        lease.close();
      }
      DirectoryTree.delete(removed);
      if (beneath.isPresent()) {
        Generation.dropIfUnused(beneath.get());
      }
    } catch (IOException e) {
      throw failure("cannot remove workspace " + name, e);
    }
  }

  private void refuseIfForked(Workspace base) throws IOException {
    List<String> forks = new ArrayList<>();
    addForks(base, forks);
    if (!forks.isEmpty()) {
      Collections.sort(forks);
      throw new CliException(
          ErrorKind.CONFLICT,
          "workspace " + base.name() + " is the base of " + String.join(", ", forks),
          "Delete the forks first.");
    }
  }

  /** The names of those that stand on it, or on something unnamed that does. */
  private static void addForks(Workspace base, List<String> names) throws IOException {
    for (Workspace fork : new Forks(base).all()) {
      if (Generation.is(fork.directory())) {
        addForks(fork, names);
      } else {
        names.add(fork.name());
      }
    }
  }

  private List<Workspace> workspaces() throws IOException {
    return entries().stream().map(Workspace::new).filter(Workspace::named).toList();
  }

  private List<Path> entries() throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    }
    return entries;
  }

  private Workspace workspace(String name) {
    return new Workspace(directory.resolve(WorkspaceName.encode(name)));
  }

  private static CliException failure(String what, IOException cause) {
    return new CliException(
        ErrorKind.FILE,
        what + ": " + Reason.of(cause),
        "Check that the directory is yours and that the disk is not full.",
        cause);
  }
}
