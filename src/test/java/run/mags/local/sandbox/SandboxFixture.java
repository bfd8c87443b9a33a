package run.mags.local.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import run.mags.error.CliException;

/**
 * Sandboxes of one test, closed with it. What takes long, probing and the host image, happens once
 * for all tests of a JVM.
 */
final class SandboxFixture implements AutoCloseable {
  /** What a command did. */
  record Ran(int exit, String out, String err) {}

  private static final Map<Isolation, Sandboxes> OPENED = new EnumMap<>(Isolation.class);
  private static final ExecutorService READERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "reader");
            thread.setDaemon(true);
            return thread;
          });
  private static Path state;

  private final Path directory;
  private final List<Sandbox> started = new ArrayList<>();

  SandboxFixture(Path directory) {
    this.directory = directory;
  }

  /** The sandboxes of a level; the test is skipped where the machine does not have it. */
  static synchronized Sandboxes at(Isolation level) {
    Sandboxes known = OPENED.get(level);
    if (known == null) {
      IsolationChoice choice =
          switch (level) {
            case OVERLAY -> IsolationChoice.NS;
            case FLAT -> IsolationChoice.FLAT;
            case PLAIN -> IsolationChoice.PLAIN;
          };
      try {
        known = Sandboxes.open(stateOf(level), choice);
      } catch (CliException e) {
        assumeTrue(false, "SKIPPED: " + e.getMessage());
      }
      OPENED.put(level, known);
    }
    assumeTrue(known.isolation() == level, "SKIPPED: this machine has no level " + level);
    return known;
  }

  /** A state directory for all tests of this JVM, removed at its end. */
  static synchronized Path state() {
    if (state == null) {
      try {
        Path created = Files.createTempDirectory("mags-sandbox-tests");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(created)));
        state = created;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return state;
  }

  /** Where the sandboxes of a level have their images. */
  static Path stateOf(Isolation level) {
    return level == Isolation.FLAT ? smallState() : state();
  }

  /** A flat tree is a copy of the image; the fewer files there are, the faster the tests. */
  private static Path smallState() {
    Path small = state().resolve("small");
    try (HostImage.Leased leased = HostImage.prepare(small);
        DirectoryStream<Path> entries =
            Files.newDirectoryStream(leased.image().skeleton().resolve("etc"))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
            && !List.of("pam.d", "security").contains(name)) {
          DirectoryTree.delete(entry);
        }
      }
      return small;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The workspaces of this test. */
  WorkspaceTrees workspaces() {
    return WorkspaceTrees.in(directory.resolve("workspaces"));
  }

  /** A sandbox that keeps nothing. */
  Sandbox start(Isolation level) {
    return start(level, Optional.empty(), Optional.empty());
  }

  /** A sandbox on a workspace. */
  Sandbox start(Isolation level, String workspace) {
    return start(level, Optional.of(workspace), Optional.empty());
  }

  /** A sandbox on a workspace and a base. */
  Sandbox start(Isolation level, Optional<String> workspace, Optional<String> base) {
    SandboxSpec spec =
        new SandboxSpec(
            directory.resolve("run").resolve(UUID.randomUUID().toString()),
            workspace.map(workspaces()::directory),
            base.map(workspaces()::directory),
            "guest");
    Sandbox sandbox = at(level).start(spec);
    started.add(sandbox);
    return sandbox;
  }

  /** Where the sandboxes of this test have their own directories. */
  Path runs() {
    return directory.resolve("run");
  }

  /** Runs a script in the inner root. */
  static Ran inner(Sandbox sandbox, String script) {
    return run(sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)), "");
  }

  /** Runs a script in the outer root. */
  static Ran outer(Sandbox sandbox, String script) {
    return run(sandbox.outer(Map.of(), List.of("/bin/sh", "-c", script)), "");
  }

  /** Runs a command with this text as its input. */
  static Ran run(ProcessBuilder builder, String input) {
    try {
      Process process = builder.start();
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()), READERS);
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), READERS);
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String said = out.get(30, TimeUnit.SECONDS);
      return new Ran(process.waitFor(), said, err.get(30, TimeUnit.SECONDS));
    } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("" + builder.command(), e);
    }
  }

  /** How many processes of the host have this text in their arguments. */
  static long processesWith(String text) {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process.pid()).contains(text))
        .count();
  }

  /** Waits until no process has this text in its arguments; false when that takes too long. */
  static boolean gone(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (processesWith(text) > 0) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(2);
    }
    return true;
  }

  /** Waits until this many processes have this text in their arguments. */
  static boolean there(String text, int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (processesWith(text) < count) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(2);
    }
    return true;
  }

  /** Waits until a condition holds; fails after 30 s. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain");
      }
      Thread.sleep(5);
    }
  }

  /** A duration for {@code sleep}, long and found nowhere else. */
  static String uniqueSeconds() {
    return "1000000." + (UUID.randomUUID().getMostSignificantBits() & Long.MAX_VALUE);
  }

  /** Ends the sandboxes that were started; what they wrote stays. */
  void closeAll() {
    started.forEach(Sandbox::close);
    started.clear();
  }

  @Override
  public void close() {
    closeAll();
    // The temporary directory's own removal does not get into directories without permissions.
    remove(directory);
  }

  private static void remove(Path path) {
    try {
      DirectoryTree.delete(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The arguments of a process, each with a NUL behind it. */
  static String commandLine(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
