package run.mags;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import run.mags.client.KeptConnections;
import run.mags.command.Host;
import run.mags.keeper.Keeper;
import run.mags.keeper.KeeperSocket;
import run.mags.keeper.KeptCall;
import run.mags.keeper.Program;
import run.mags.wait.Sleeper;

/**
 * Where the keeper begins and ends: this program in the background, for many callers one after the
 * other or at a time. See {@code docs/keeper.md}.
 */
public final class KeeperMain implements Program {
  private final KeptConnections kept = new KeptConnections();

  KeeperMain() {}

  /** Keeps what calls need for the directory {@code args[0]}, until nobody has called for long. */
  public static void main(String[] args) throws IOException {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    Map<String, String> env = Main.processEnvironment();
    KeeperSocket socket = KeeperSocket.in(Path.of(args[0]), env);
    if (socket != null) {
      new Keeper(socket, env, new KeeperMain(), Clock.systemUTC(), System::nanoTime).run();
    }
    Main.halt(0);
  }

  @Override
  public int run(KeptCall call) {
    Host host =
        new Host(
            call.terminal(),
            call.env(),
            call.home(),
            call.cwd(),
            new Main.LocalClock(),
            Sleeper.SYSTEM,
            call.signals(),
            call::exit);
    return Mags.run(host, kept, call.args());
  }

  @Override
  public void tick() {
    kept.closeIdle();
  }

  @Override
  public void woken() {
    kept.close();
  }

  @Override
  public void end() {
    kept.close();
  }
}
