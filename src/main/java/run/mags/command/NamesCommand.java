package run.mags.command;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.MagsApiClient;
import run.mags.api.model.CronJob;
import run.mags.api.model.Job;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
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

  /** More names than these help nobody at a prompt. */
  private static final int MOST = 500;

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
        case JOBS -> jobs(mags.api());
        case WORKSPACES -> workspaces(mags.api());
        case CRON -> cron(mags.api());
        case ALIASES -> aliases(mags.api());
      };
    }
  }

  /** A name that is used more than once stands for the newest job of it. */
  private static List<Candidate> jobs(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Job job : api.allJobs()) {
      String status = text(job.status());
      if (job.name() != null && !job.name().isBlank() && seen.add(job.name())) {
        names.add(new Candidate(job.name(), status));
      }
      if (job.requestId() != null) {
        names.add(new Candidate(job.requestId(), status + " " + text(job.name())));
      }
      if (names.size() >= MOST) {
        break;
      }
    }
    return names;
  }

  private static List<Candidate> workspaces(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (Workspace workspace : api.workspaces()) {
      if (workspace.workspaceId() != null) {
        names.add(new Candidate(workspace.workspaceId(), "workspace"));
      }
    }
    return names;
  }

  private static List<Candidate> cron(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (CronJob job : api.cronJobs()) {
      if (job.name() != null && !job.name().isBlank()) {
        names.add(new Candidate(job.name(), text(job.cronExpression())));
      }
      if (job.id() != null) {
        names.add(new Candidate(job.id(), text(job.name())));
      }
    }
    return names;
  }

  private static List<Candidate> aliases(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (UrlAlias alias : api.urlAliases()) {
      if (alias.subdomain() != null) {
        names.add(new Candidate(alias.subdomain(), text(alias.workspaceId())));
      }
    }
    return names;
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
