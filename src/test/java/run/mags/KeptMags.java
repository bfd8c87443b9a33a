package run.mags;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import run.mags.config.OwnerOnly;
import run.mags.keeper.Keeper;
import run.mags.keeper.KeeperSocket;
import run.mags.keeper.Relay;
import run.mags.keeper.Relayed;
import run.mags.testing.CliResult;
import run.mags.testing.FakeTerminal;
import run.mags.testing.InProcessMags;
import run.mags.testing.MagsProcess;

/** The program in the test's own process, through a keeper there what a keeper may run. */
public final class KeptMags implements MagsProcess {
  private final KeeperSocket socket;
  private final Thread thread;
  private final InProcessMags direct = new InProcessMags();

  /** A keeper below this directory. */
  public KeptMags(Path directory) throws IOException, InterruptedException {
    Path sockets = directory.resolve("k");
    OwnerOnly.createDirectories(sockets);
    socket = KeeperSocket.in(sockets, Map.of());
    Keeper keeper =
        new Keeper(socket, Map.of(), new KeeperMain(), Clock.systemUTC(), System::nanoTime);
    thread = new Thread(() -> run(keeper), "keeper");
    thread.setDaemon(true);
    thread.start();
    while (!Files.exists(socket.path())) {
      thread.join(5);
    }
  }

  private static void run(Keeper keeper) {
    try {
      keeper.run();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public CliResult run(List<String> args, byte[] stdin, Map<String, String> env, Path cwd)
      throws InterruptedException {
    String[] line = args.toArray(String[]::new);
    if (Relayed.mayBe(line) && !"1".equals(env.get("MAGS_LOCAL"))) {
      FakeTerminal terminal = new FakeTerminal(stdin);
      Path home = Path.of(env.get("HOME"));
      int exitCode =
          new Relay(terminal, new ByteArrayInputStream(stdin), env, home, cwd).run(socket, line);
      if (exitCode == Relay.LOST) {
        throw new AssertionError("the keeper was lost in " + args);
      }
      if (exitCode != Relay.NOT_DONE) {
        return terminal.result(exitCode);
      }
    }
    return direct.run(args, stdin, env, cwd);
  }

  /** Ends the keeper. */
  public void close() throws IOException, InterruptedException {
    Files.deleteIfExists(socket.path());
    thread.join(10_000);
  }
}
