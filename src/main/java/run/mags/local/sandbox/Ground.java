package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The files that one sandbox stands on, claimed for as long as it lives: its workspace alone, the
 * workspaces beneath it together with other readers. A base that somebody else writes, or may
 * write, is copied; and before a workspace is written, those that stand on it get a {@link
 * Generation}.
 */
final class Ground implements AutoCloseable {
  private static final long HOLDER_MILLISECONDS = 10_000;

  /** How long a workspace may take to get something else to stand on, which may be a long copy. */
  private static final long MOVE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long PAUSE_MILLISECONDS = 5;

  private final Isolation form;
  private final Tools tools;
  private final Optional<Path> image;
  private final List<Lease> leases = new ArrayList<>();
  private final List<Path> lower = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private Optional<Workspace> workspace = Optional.empty();
  private Path copies;
  private Path top;
  private Path work;

  private Ground(Isolation form, Tools tools, Optional<Path> image) {
    this.form = form;
    this.tools = tools;
    this.image = image;
  }

  /**
   * Claims and prepares everything.
   *
   * @param image the lowest layer of an overlay, and what a new flat tree starts as; plain
   *     processes have none
   * @throws CliException when a workspace is in use, does not fit its base, or is of a form that
   *     cannot be opened at this level
   */
  static Ground prepare(Isolation form, SandboxSpec spec, Tools tools, Optional<Path> image)
      throws IOException {
    Ground ground = new Ground(form, tools, image);
    ground.copies = spec.directory().resolve("bases");
    try {
      Optional<Workspace> base = spec.base().map(Workspace::new);
      if (spec.workspace().isPresent()) {
        ground.onWorkspace(new Workspace(spec.workspace().get()), base, spec.baseWritten());
      } else {
        ground.onNothing(spec.directory(), base, spec.baseWritten());
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

  /** The workspace; empty when nothing is kept. */
  Optional<Workspace> workspace() {
    return workspace;
  }

  /** Where to write which process holds the workspace; empty when nothing is kept. */
  Optional<Path> holder() {
    return workspace.map(Workspace::holder);
  }

  /** What the user should know about the files that the sandbox starts with. */
  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** Adds such a remark. */
  void remark(String remark) {
    remarks.add(remark);
  }

  @Override
  public void close() {
    try {
      if (workspace.isPresent()) {
        Writers.forget(workspace.get());
        workspace.get().end();
        Files.deleteIfExists(workspace.get().holder());
      }
    } catch (IOException e) {
      // What it names has ended, so it does not matter.
    }
    leases.forEach(Lease::close);
  }

  private void onWorkspace(Workspace own, Optional<Workspace> base, boolean baseWritten)
      throws IOException {
    if (base.isPresent() && base.get().equals(own)) {
      throw new CliException(
          ErrorKind.USAGE,
          "workspace " + own.name() + " cannot be its own base",
          "Name another workspace or another base.");
    }
    DirectoryTree.createPrivate(own.directory());
    leases.add(
        Lease.alone(own.directory())
            .orElseThrow(
                () ->
                    inUse(
                        own,
                        "is in use by another sandbox",
                        "Stop that sandbox first, or use another workspace.")));
    awaitLastHolder(own);
    Generation.freeze(own, tools);
    SyncPoint.clear(own);
    SyncPoint.restore(own, tools).ifPresent(remarks::add);
    top = own.contents(form);
    if (own.form().isEmpty()) {
      DirectoryTree.delete(top);
      Optional<Path> beneath = fork(base, baseWritten);
      if (beneath.isPresent()) {
        new Forks(new Workspace(beneath.get())).note(own);
      }
      new Forks(own).begin();
      own.settle(form, base.map(Workspace::directory), beneath);
    } else {
      checkBase(own, base);
      open(own);
      if (form == Isolation.OVERLAY) {
        standOn(own);
      }
    }
    if (form == Isolation.OVERLAY) {
      freshWork(own.work());
    }
    own.begin(SyncPoint.boot());
    workspace = Optional.of(own);
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

  private void onNothing(Path directory, Optional<Workspace> base, boolean baseWritten)
      throws IOException {
    top = directory.resolve(Workspace.contentsName(form));
    fork(base, baseWritten);
    if (form == Isolation.OVERLAY) {
      freshWork(directory.resolve("work"));
    }
  }

  /**
   * Makes the contents of what is new: an overlay shows its base, the others copy theirs, and so
   * does an overlay whose base is written. Answers what an overlay stands on from now on.
   */
  private Optional<Path> fork(Optional<Workspace> base, boolean baseWritten) throws IOException {
    if (base.isEmpty()) {
      create();
      return Optional.empty();
    }
    requireThere(base.get());
    Optional<Lease> lease = baseWritten ? Optional.empty() : Lease.shared(base.get().directory());
    if (lease.isPresent()) {
      leases.add(lease.get());
      if (form == Isolation.OVERLAY) {
        create();
        standOnClaimed(base.get());
        return base.map(Workspace::directory);
      }
    }
    if (!new Writers(tools, image).copy(base.get(), form, top)) {
      create();
    }
    if (form == Isolation.OVERLAY) {
      return standOn(base.get());
    }
    return Optional.empty();
  }

  private void create() throws IOException {
    switch (form) {
      case OVERLAY -> DirectoryTree.create(top, "rwxr-xr-x");
      case FLAT -> DirectoryTree.copy(tools, image.orElseThrow(), top);
      case PLAIN -> DirectoryTree.createPrivate(top);
    }
  }

  /** A used work directory can make the mount silently read-only. */
  private void freshWork(Path directory) throws IOException {
    work = directory;
    DirectoryTree.delete(work);
    DirectoryTree.createPrivate(work);
  }

  /**
   * Puts beneath what a workspace stands on, and what that stands on itself. Whoever is about to
   * write that gives it another one to stand on first, which is waited for.
   */
  private Optional<Path> standOn(Workspace owner) throws IOException {
    long end = System.nanoTime() + MOVE_NANOS;
    while (true) {
      Optional<Path> beneath = owner.beneath();
      if (beneath.isEmpty()) {
        return beneath;
      }
      Workspace base = new Workspace(beneath.get());
      requireThere(base);
      Optional<Lease> lease = Lease.shared(base.directory());
      if (lease.isPresent() && beneath.equals(owner.beneath())) {
        leases.add(lease.get());
        standOnClaimed(base);
        return beneath;
      }
      lease.ifPresent(Lease::close);
      if (System.nanoTime() > end) {
        throw inUse(
            base,
            "is being written by another sandbox",
            "Stop that sandbox first, or try again when it has started.");
      }
      Uninterrupted.sleep(PAUSE_MILLISECONDS);
    }
  }

  private void standOnClaimed(Workspace base) throws IOException {
    Optional<Isolation> stored = base.form();
    if (stored.equals(Optional.of(form))) {
      lower.add(base.contents(form));
    } else if (stored.isPresent()) {
      DirectoryTree.createPrivate(copies);
      Path copy = copies.resolve(Integer.toString(lower.size()));
      new Writers(tools, image).copy(base, form, copy);
      lower.add(copy);
    }
    standOn(base);
  }

  /** Gives a workspace the form of this level. */
  private void open(Workspace own) throws IOException {
    Isolation stored = own.form().orElseThrow();
    if (stored != form) {
      new Writers(tools, image).convert(own, form);
      remarks.add(
          "the workspace was converted from isolation " + stored.word() + " to " + form.word());
    }
    for (Isolation other : Isolation.values()) {
      // What a conversion that was cut short has left.
      if (other != form) {
        DirectoryTree.delete(own.contents(other));
      }
    }
  }

  private static void requireThere(Workspace base) throws IOException {
    if (!Files.isDirectory(base.directory(), LinkOption.NOFOLLOW_LINKS)) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "there is no workspace " + base.name() + " to use as a base",
          "Create it first, by running something with that workspace.");
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

  /** A workspace that cannot be had now. */
  static CliException inUse(Workspace workspace, String how, String hint) {
    String name;
    try {
      name = workspace.name();
    } catch (IOException e) {
      name = workspace.directory().getFileName().toString();
    }
    return new CliException(ErrorKind.CONFLICT, "workspace " + name + " " + how, hint);
  }
}
