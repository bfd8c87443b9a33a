package run.mags.command.doctor;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.LocalAccess;
import run.mags.config.Credentials;
import run.mags.error.CliException;
import run.mags.error.ExitCode;

/** {@code doctor}: whether everything is as it should be, and what to do where it is not. */
@Command(
    name = "doctor",
    description = {
      "Check the network, the token, this machine, and the local backend.",
      "Changes nothing, and takes less than 10 s. What it prints has no secret in it and no name of"
          + " a home directory. Exits 1 when something fails."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mags doctor", "  mags doctor --json | jq '.checks[] | select(.state != \"ok\")'"})
public final class DoctorCommand extends BaseCommand {
  private static final Duration LOCAL_LIMIT = Duration.ofSeconds(8);

  /** The command. */
  public DoctorCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Bounded<List<LocalAccess.Finding>> local =
        Bounded.begin(LOCAL_LIMIT, () -> cli.localAccess().diagnose(cli));
    List<Finding> findings = new ArrayList<>(new MachineChecks(cli).run());
    Optional<Credentials> credentials = remote(cli, findings);
    findings.addAll(local(local));
    Report report = Report.of(findings, cli.host().home(), credentials);
    cli.output().show(report::json, () -> report.text(cli.output().style()));
    return report.isGood() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** The API's side; answers the token that was used, which may not be shown. */
  private static Optional<Credentials> remote(CliContext cli, List<Finding> findings) {
    try {
      if (cli.local()) {
        Optional<CliContext.Endpoint> endpoint = cli.endpointIfThere();
        if (endpoint.isEmpty()) {
          findings.add(Finding.warn("API", "no local backend runs", "mags local start"));
          return Optional.empty();
        }
        Credentials own = endpoint.get().credentials();
        findings.addAll(new NetworkChecks(cli, endpoint.get().url(), own).run());
        return Optional.of(own);
      }
      URI url = cli.config().apiUrl();
      Optional<Credentials> credentials = credentials(cli, findings);
      findings.addAll(new NetworkChecks(cli, url, credentials.orElse(null)).run());
      return credentials;
    } catch (CliException unusable) {
      findings.add(Finding.fail("API", unusable.getMessage(), unusable.hint().orElse("")));
      return Optional.empty();
    }
  }

  private static Optional<Credentials> credentials(CliContext cli, List<Finding> findings) {
    try {
      Optional<Credentials> credentials = cli.config().credentials();
      if (credentials.isEmpty()) {
        findings.add(
            Finding.fail(
                "token",
                "none",
                "run mags login, or set MAGS_API_TOKEN; without an account: mags --local COMMAND"));
      }
      return credentials;
    } catch (CliException broken) {
      findings.add(Finding.fail("token", broken.getMessage(), broken.hint().orElse("")));
      return Optional.empty();
    }
  }

  /** Whoever does not use the local backend misses nothing, so that nothing here is a failure. */
  private static List<Finding> local(Bounded<List<LocalAccess.Finding>> begun) {
    String what = "local backend";
    String cure = "mags local doctor";
    try {
      Optional<List<LocalAccess.Finding>> found = begun.get();
      if (found.isEmpty()) {
        return List.of(Finding.warn(what, "nothing within 8 s", cure));
      }
      return found.get().stream()
          .map(
              one ->
                  one.works()
                      ? Finding.ok("local: " + one.what(), one.detail())
                      : Finding.warn("local: " + one.what(), one.detail(), one.cure()))
          .toList();
    } catch (ExecutionException failed) {
      return List.of(Finding.warn(what, String.valueOf(failed.getCause().getMessage()), cure));
    }
  }
}
