package run.mags.command;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.client.MagsClient;
import run.mags.completion.Candidate;
import run.mags.completion.Kind;
import run.mags.completion.NameCache;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.wait.WaitTimeoutException;

/** {@code __names}: asks the API for the names that completion offers, and remembers them. */
@Command(
    name = "__names",
    hidden = true,
    description = "Print the names of a kind, for shell completion.",
    footer = {})
public final class NamesCommand extends BaseCommand {
  /** Nobody waits for this long, and nothing is to be left running. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @Parameters(paramLabel = "KIND", description = "jobs, workspaces, cron or aliases.")
  String kind;

  /** The command. */
  public NamesCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Kind wanted = Kind.of(kind);
    if (wanted == null) {
      throw usage("no names of " + kind);
    }
    List<Candidate> names = withinLimit(cli, wanted);
    Host host = cli.host();
    NameCache.of(host.env(), host.home(), cli.local(), host.clock())
        .ifPresent(cache -> cache.write(wanted, names));
    cli.output().write(NameCache.text(names).getBytes(StandardCharsets.UTF_8));
    cli.output().flush();
    return ExitCode.OK;
  }

  private static List<Candidate> withinLimit(CliContext cli, Kind wanted) {
    CompletableFuture<List<Candidate>> names = new CompletableFuture<>();
    Thread asking =
        new Thread(
            () -> {
              try {
                names.complete(ask(cli, wanted));
              } catch (RuntimeException failed) {
                names.completeExceptionally(failed);
              }
            },
            "names");
    asking.setDaemon(true);
    asking.start();
    try {
      return names.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof CliException told) {
        throw told;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (TimeoutException slow) {
      throw new WaitTimeoutException("the API", LIMIT, "it is given up", null);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted");
    }
  }

  private static List<Candidate> ask(CliContext cli, Kind wanted) {
    Optional<CliContext.Endpoint> endpoint = cli.endpointIfThere();
    if (endpoint.isEmpty()) {
      // No backend is started because somebody presses TAB.
      return List.of();
    }
    String token = endpoint.get().credentials().token();
    try (MagsClient mags = cli.clientWith(endpoint.get().url(), token)) {
      return switch (wanted) {
        case JOBS -> NameLists.jobs(mags.api());
        case WORKSPACES -> NameLists.workspaces(mags.api());
        case CRON -> NameLists.cron(mags.api());
        case ALIASES -> NameLists.aliases(mags.api());
      };
    }
  }
}
