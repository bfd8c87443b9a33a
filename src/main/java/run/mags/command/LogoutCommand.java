package run.mags.command;

import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.client.ReachCache;
import run.mags.completion.NameCache;
import run.mags.config.EnvVar;
import run.mags.error.ExitCode;
import run.mags.keeper.KeeperSocket;

/** {@code logout}: forgets the saved token. */
@Command(
    name = "logout",
    description = "Remove the saved token.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags logout", "  mags logout --json"})
public final class LogoutCommand extends BaseCommand {
  /** The command. */
  public LogoutCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    boolean removed = cli.config().removeToken();
    Path cache = cli.config().cacheDirectory().orElse(null);
    ReachCache.clear(cache);
    NameCache.clear(cache);
    cli.config().cacheDirectory().ifPresent(KeeperSocket::endAll);
    cli.output().show(() -> Json.write(Json.object().put("removed", removed)), () -> "");
    cli.output().note(removed ? "logged out" : "there was no saved token");
    for (EnvVar variable : new EnvVar[] {EnvVar.MAGS_API_TOKEN, EnvVar.MAGS_TOKEN}) {
      if (variable.in(cli.host().env()).isPresent()) {
        cli.output().note("note: " + variable + " is still set and goes on being used");
      }
    }
    return ExitCode.OK;
  }
}
