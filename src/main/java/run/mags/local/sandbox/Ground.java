package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The files that one sandbox stands on, claimed for as long as it lives: its workspace alone, the
 * workspaces beneath it together with other readers.
 */
final class Ground implements AutoCloseable {
  private static final long HOLDER_MILLISECONDS = 10_000;

  private final Isolation form;
  private final Tools tools;
  private final List<Lease> leases = new ArrayList<>();
  private final List<Path> lower = new ArrayList<>();
  private Path top;
  private Path work;
  private Optional<Path> holder = Optional.empty();

  private Ground(Isolation form, Tools tools) {
    this.form = form;
    this.tools = tools;
  }

  /**
   * Claims and prepares everything.
   *
   * @param skeleton what a new flat tree starts as; the other forms do not use it
   * @throws CliException when a workspace is in use, was made at another level, or does not fit its
   *     base
   */
  static Ground prepare(Isolation form, SandboxSpec spec, Tools tools, Optional<Path> skeleton)
      throws IOException {
    Ground ground = new Ground(form, tools);
    try {
      if (spec.workspace().isPresent()) {
        ground.onWorkspace(
            new Workspace(spec.workspace().get()), spec.base().map(Workspace::new), skeleton);
      } else {
        ground.onNothing(spec, skeleton);
      }
      return ground;
    } catch (IOException | RuntimeException e) {
      ground.close();
      throw e;
    }
  }

  /** The workspaces beneath, topmost first; only an overlay has any. */
  List<Path> lower() {
    return List.copyOf(lower);
  }

  /** The upper directory, the flat tree or the plain home. */
  Path top() {
    return top;
  }

  /** An empty directory on the same file system as {@link #top}; only for an overlay. */
  Path work() {
    return work;
  }

  /** Where to write which process holds the workspace; empty when nothing is kept. */
  Optional<Path> holder() {
    return holder;
  }

  @Override
  public void close() {
    try {
      if (holder.isPresent()) {
        Files.deleteIfExists(holder.get());
      }
    } catch (IOException e) {
      // What it names has ended, so it does not matter.
    }
    leases.forEach(Lease::close);
  }

  private void onWorkspace(Workspace workspace, Optional<Workspace> base, Optional<Path> skeleton)
      throws IOException {
    if (base.isPresent() && base.get().equals(workspace)) {
      throw new CliException(
          ErrorKind.USAGE,
          "workspace " + workspace.name() + " cannot be its own base",
          "Name another workspace or another base.");
    }
    DirectoryTree.createPrivate(workspace.directory());
    leases.add(
        Lease.alone(workspace.directory())
            .orElseThrow(
                () ->
                    inUse(
                        workspace,
                        "is in use by another sandbox",
                        "Stop that sandbox first, or use another workspace.")));
    awaitLastHolder(workspace);
    holder = Optional.of(workspace.holder());
    top = workspace.contents(form);
    if (workspace.form().isEmpty()) {
      readBases(base);
      DirectoryTree.delete(top);
      fill(base, skeleton);
      workspace.settle(form, base.map(Workspace::directory));
    } else {
      check(workspace);
      checkBase(workspace, base);
      if (form == Isolation.OVERLAY) {
        readBases(workspace.base().map(Workspace::new));
      }
    }
    if (form == Isolation.OVERLAY) {
      freshWork(workspace.work());
    }
  }

  /** When a JVM is killed, its claim is gone at once, but its sandbox only a moment later. */
  private static void awaitLastHolder(Workspace workspace) throws IOException {
    Optional<ProcessId> last = workspace.lastHolder();
    if (last.isPresent() && !last.get().awaitEnd(HOLDER_MILLISECONDS)) {
      throw inUse(
          workspace,
          "is still in use by process " + last.get().pid() + " of a sandbox that should have ended",
          "End that process first, or use another workspace.");
    }
    last.ifPresent(Entrants::awaitEnd);
  }

  private void onNothing(SandboxSpec spec, Optional<Path> skeleton) throws IOException {
    top = spec.directory().resolve(Workspace.contentsName(form));
    Optional<Workspace> base = spec.base().map(Workspace::new);
    readBases(base);
    fill(base, skeleton);
    if (form == Isolation.OVERLAY) {
      freshWork(spec.directory().resolve("work"));
    }
  }

  /** Makes the contents of what is new: an overlay shows its bases, the others copy theirs. */
  private void fill(Optional<Workspace> base, Optional<Path> skeleton) throws IOException {
    Optional<Path> source = skeleton;
    if (base.isPresent() && base.get().form().isPresent()) {
      source = Optional.of(base.get().contents(form));
    }
    switch (form) {
      case OVERLAY -> DirectoryTree.create(top, "rwxr-xr-x");
      case FLAT -> DirectoryTree.copy(tools, source.orElseThrow(), top);
      case PLAIN -> {
        if (source.isPresent()) {
          DirectoryTree.copy(tools, source.get(), top);
        } else {
          DirectoryTree.createPrivate(top);
        }
      }
    }
  }

  /** A used work directory can make the mount silently read-only. */
  private void freshWork(Path directory) throws IOException {
    work = directory;
    DirectoryTree.delete(work);
    DirectoryTree.createPrivate(work);
  }

  /** Claims the base, and for an overlay the bases that it stands on itself. */
  private void readBases(Optional<Workspace> first) throws IOException {
    Optional<Workspace> next = first;
    while (next.isPresent()) {
      Workspace base = next.get();
      if (!Files.isDirectory(base.directory(), LinkOption.NOFOLLOW_LINKS)) {
        throw new CliException(
            ErrorKind.NOT_FOUND,
            "there is no workspace " + base.name() + " to use as a base",
            "Create it first, by running something with that workspace.");
      }
      leases.add(
          Lease.shared(base.directory())
              .orElseThrow(
                  () ->
                      inUse(
                          base,
                          "is being written by another sandbox and cannot be a base now",
                          "Stop that sandbox first, or use another base.")));
      if (base.form().isPresent()) {
        check(base);
        if (form == Isolation.OVERLAY) {
          lower.add(base.contents(form));
        }
      }
      next = form == Isolation.OVERLAY ? base.base().map(Workspace::new) : Optional.empty();
    }
  }

  private void check(Workspace workspace) throws IOException {
    Isolation stored = workspace.form().orElseThrow();
    if (stored != form) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "workspace "
              + workspace.name()
              + " was made at isolation "
              + stored.word()
              + " and cannot be opened at "
              + form.word(),
          "Start the local backend with --isolation "
              + stored.word()
              + ", or delete the workspace.");
    }
  }

  private static void checkBase(Workspace workspace, Optional<Workspace> base) throws IOException {
    Optional<Workspace> recorded = workspace.base().map(Workspace::new);
    if (base.isPresent() && !base.equals(recorded)) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "workspace "
              + workspace.name()
              + " exists already and was "
              + (recorded.isPresent() ? "forked from " + recorded.get().name() : "not forked")
              + ", so it cannot be forked from "
              + base.get().name(),
          "Leave the base out, or name a new workspace.");
    }
  }

  private static CliException inUse(Workspace workspace, String how, String hint) {
    String name;
    try {
      name = workspace.name();
    } catch (IOException e) {
      name = workspace.directory().getFileName().toString();
    }
    return new CliException(ErrorKind.CONFLICT, "workspace " + name + " " + how, hint);
  }
}
