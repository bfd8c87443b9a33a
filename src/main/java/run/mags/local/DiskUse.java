package run.mags.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.mags.local.sandbox.WorkspaceTrees;

/**
 * How much of the disk directories take. Looking through a large one takes a while, so that what is
 * known is told again as long as the directory has not changed, and nobody waits for long.
 */
final class DiskUse {
  private static final long WAIT_MS = 1_000;
  private static final long GOOD_FOR_NANOS = 10_000_000_000L;

  private final Path root;
  private final Workers workers;
  private final Map<String, Known> known = new HashMap<>();
  private CompletableFuture<Void> measuring = CompletableFuture.completedFuture(null);

  private record Known(long bytes, Instant changedAt, long nanos) {}

  /** Measures directories in {@code root}. */
  DiskUse(Path root, Workers workers) {
    this.root = root;
    this.workers = workers;
  }

  /**
   * The sizes in bytes, in whole KiB; a directory that could not be measured in about a second is
   * left out, and can be asked for again a little later.
   *
   * @param changedAt names of directories, with when each was changed last; one that is being
   *     changed now has null
   */
  Map<String, Long> of(Map<String, Instant> changedAt) {
    CompletableFuture<Void> done;
    synchronized (this) {
      List<String> stale = new ArrayList<>();
      changedAt.forEach(
          (name, time) -> {
            if (!isGood(known.get(name), time)) {
              stale.add(name);
            }
          });
      if (!stale.isEmpty() && measuring.isDone()) {
        measuring = CompletableFuture.runAsync(() -> measure(stale, changedAt), workers.pool());
      }
      done = stale.isEmpty() ? CompletableFuture.completedFuture(null) : measuring;
    }
    await(done);
    synchronized (this) {
      Map<String, Long> sizes = new HashMap<>();
      for (String name : changedAt.keySet()) {
        if (known.containsKey(name)) {
          sizes.put(name, known.get(name).bytes());
        }
      }
      return sizes;
    }
  }

  private static boolean isGood(Known size, Instant changedAt) {
    if (size == null) {
      return false;
    }
    return changedAt == null
        ? System.nanoTime() - size.nanos() < GOOD_FOR_NANOS
        : changedAt.equals(size.changedAt());
  }

  /** One process for all: they would only compete for the disk. */
  private void measure(List<String> names, Map<String, Instant> changedAt) {
    List<String> command = new ArrayList<>(List.of("du", "-sk", "--"));
    for (String name : names) {
      command.addAll(parts(name));
    }
    try {
      Process du =
          new ProcessBuilder(command)
              .directory(root.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      du.getOutputStream().close();
      try (BufferedReader lines = du.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] sizeAndName = line.split("\t", 2);
          String name = sizeAndName[1].replaceFirst("/.*", "");
          remember(name, Long.parseLong(sizeAndName[0]) * 1024, changedAt);
        }
      }
    } catch (IOException | RuntimeException e) {
      workers.warnings().accept("the size of workspaces cannot be measured: " + e.getMessage());
    }
  }

  /** The files themselves, without the copy of the last sync beside them. */
  private List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    for (String contents : WorkspaceTrees.contents()) {
      if (Files.isDirectory(root.resolve(name).resolve(contents))) {
        parts.add(name + "/" + contents);
      }
    }
    return parts.isEmpty() ? List.of(name) : parts;
  }

  private synchronized void remember(String name, long bytes, Map<String, Instant> changedAt) {
    known.put(name, new Known(bytes, changedAt.get(name), System.nanoTime()));
  }

  private static void await(CompletableFuture<Void> done) {
    try {
      done.get(WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException later) {
      // Then what is known has to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
