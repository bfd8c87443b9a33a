package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Copies of workspaces, also of those that a sandbox of this JVM is writing: it stands still
 * meanwhile, so that the copy is of one moment.
 */
final class Writers {
  /** Something to be done with files. */
  interface Action {
    /** Does it. */
    void run() throws IOException;
  }

  /** Does something while all processes of a sandbox stand still, as far as that can be had. */
  interface Stillness {
    /** Does it. */
    void during(Action action) throws IOException;
  }

  private static final Map<Path, Stillness> WRITING = new HashMap<>();
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_MILLISECONDS = 5;

  private final Tools tools;
  private final Optional<Path> image;

  /**
   * @param image the lowest layer of overlays and what flat trees started as, where there is one
   */
  Writers(Tools tools, Optional<Path> image) {
    this.tools = tools;
    this.image = image;
  }

  /** A sandbox writes this workspace from now on. */
  static void note(Workspace workspace, Stillness stillness) {
    synchronized (WRITING) {
      WRITING.put(workspace.directory(), stillness);
    }
  }

  /** It has ended, and its claim is about to be given up; waits for a copy that is being made. */
  static void forget(Workspace workspace) {
    Stillness stillness;
    synchronized (WRITING) {
      stillness = WRITING.remove(workspace.directory());
    }
    if (stillness != null) {
      synchronized (stillness) {
        // Nobody copies any more who had found it, and nobody finds it.
        return;
      }
    }
  }

  /**
   * Copies the files of a workspace without those of others beneath it, in the form of this level;
   * false when it has none yet. Whoever writes it from another process is in the way.
   */
  boolean copy(Workspace source, Isolation form, Path target) throws IOException {
    long end = System.nanoTime() + WAIT_NANOS;
    while (true) {
      Optional<Lease> lease = Lease.passing(source.directory());
      if (lease.isPresent()) {
        try {
          return write(source, form, target);
        } finally {
          lease.get().close();
        }
      }
      Stillness writer;
      synchronized (WRITING) {
        writer = WRITING.get(source.directory());
      }
      if (writer != null) {
        synchronized (writer) {
          if (writes(source, writer)) {
            boolean[] any = new boolean[1];
            writer.during(() -> any[0] = write(source, form, target));
            return any[0];
          }
        }
      } else if (System.nanoTime() > end) {
        throw Ground.inUse(
            source,
            "is being written by another sandbox and cannot be a base now",
            "Stop that sandbox first, or use another base.");
      } else {
        // It is just starting or ending.
        Uninterrupted.sleep(PAUSE_MILLISECONDS);
      }
    }
  }

  private static boolean writes(Workspace workspace, Stillness writer) {
    synchronized (WRITING) {
      return WRITING.get(workspace.directory()) == writer;
    }
  }

  private boolean write(Workspace source, Isolation form, Path target) throws IOException {
    Optional<Isolation> stored = source.form();
    if (stored.isEmpty()) {
      return false;
    }
    if (stored.get() == form) {
      DirectoryTree.copy(tools, source.contents(form), target);
    } else {
      write(source, stored.get(), form, target);
    }
    return true;
  }

  /** Changes the form of a workspace that is claimed; a crash leaves it in the old or the new. */
  void convert(Workspace own, Isolation form) throws IOException {
    Isolation stored = own.form().orElseThrow();
    Path target = own.contents(form);
    DirectoryTree.delete(target);
    write(own, stored, form, target);
    DirectoryTree.delete(own.synced());
    own.settle(form, own.base(), Optional.empty());
    DirectoryTree.delete(own.contents(stored));
  }

  private void write(Workspace source, Isolation stored, Isolation form, Path target)
      throws IOException {
    if (stored == Isolation.PLAIN || form == Isolation.PLAIN) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "workspace "
              + source.name()
              + " was made at isolation "
              + stored.word()
              + " and cannot be opened at "
              + form.word(),
          "Start the local backend with --isolation "
              + stored.word()
              + ", or delete the workspace.");
    }
    Conversion conversion = new Conversion(tools);
    if (form == Isolation.OVERLAY) {
      conversion.raise(source.contents(stored), image.orElseThrow(), target);
    } else {
      conversion.flatten(layers(source), target);
    }
  }

  /** The layers that an overlay of it has; those beneath it are not written at this level. */
  private List<Path> layers(Workspace source) throws IOException {
    List<Path> layers = new ArrayList<>();
    Optional<Workspace> next = Optional.of(source);
    while (next.isPresent()) {
      Path contents = next.get().contents(Isolation.OVERLAY);
      if (Files.isDirectory(contents)) {
        layers.add(contents);
      }
      next = next.get().beneath().map(Workspace::new);
    }
    layers.add(image.orElseThrow());
    return layers;
  }
}
