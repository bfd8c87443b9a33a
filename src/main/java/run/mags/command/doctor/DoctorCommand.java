package run.mags.command.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.LocalAccess;
import run.mags.config.Credentials;
import run.mags.error.CliException;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;

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

  /** A shorter one is no secret, and might be part of any word. */
  private static final int SHORTEST_TOKEN = 8;

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
    List<Finding> shown =
        findings.stream().map(found -> redacted(cli, credentials, found)).toList();
    cli.output().show(() -> json(shown), () -> text(cli.output().style(), shown));
    boolean failed = shown.stream().anyMatch(found -> found.state() == Finding.State.fail);
    return failed ? ExitCode.FAILED : ExitCode.OK;
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

  private static Finding redacted(CliContext cli, Optional<Credentials> token, Finding found) {
    return new Finding(
        found.what(),
        found.state(),
        redacted(cli, token, found.detail()),
        redacted(cli, token, found.cure()));
  }

  /** Fit to be pasted anywhere: no token, and neither the home directory nor its user's name. */
  private static String redacted(CliContext cli, Optional<Credentials> token, String text) {
    String safe = text.replace(cli.host().home().toString(), "~");
    String secret = token.map(Credentials::token).orElse("");
    if (secret.length() >= SHORTEST_TOKEN) {
      safe = safe.replace(secret, "[token]");
    }
    String user = System.getProperty("user.name", "");
    return user.isEmpty()
        ? safe
        : safe.replaceAll("/" + Pattern.quote(user) + "(?=/|\\b)", "/[user]");
  }

  private static String json(List<Finding> findings) {
    ObjectNode json = Json.object();
    json.put("ok", findings.stream().noneMatch(found -> found.state() == Finding.State.fail));
    ArrayNode checks = json.putArray("checks");
    for (Finding found : findings) {
      ObjectNode check = checks.addObject();
      check.put("what", found.what()).put("state", found.state().name());
      check.put("detail", found.detail());
      if (!found.cure().isEmpty()) {
        check.put("cure", found.cure());
      }
    }
    return Json.write(json);
  }

  private static String text(Style style, List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding found : findings) {
      String mark =
          switch (found.state()) {
            case ok -> style.success("ok  ");
            case warn -> style.warning("warn");
            case fail -> style.failure("fail");
          };
      text.append(mark).append("  ").append(found.what()).append(": ");
      text.append(Printable.line(found.detail())).append('\n');
      if (!found.cure().isEmpty()) {
        text.append("      ").append(Printable.line(found.cure())).append('\n');
      }
    }
    return text.toString();
  }
}
