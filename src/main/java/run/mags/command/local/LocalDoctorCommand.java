package run.mags.command.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.local.sandbox.Isolation;
import run.mags.local.sandbox.LimitProbe;
import run.mags.local.sandbox.Probe;
import run.mags.local.sandbox.Probe.Finding;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;

/** {@code local doctor}: what the backend can do on this machine. */
@Command(
    name = "doctor",
    description = {
      "Show what the backend can do here, and how to get more.",
      "Exits 1 when sandboxes cannot be kept apart."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mags local doctor", "  mags local doctor --json | jq -r .isolation"})
final class LocalDoctorCommand extends BaseCommand {
  @Mixin final StateOption state = new StateOption();

  LocalDoctorCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = state.path(cli);
    List<Finding> findings = new ArrayList<>();
    Isolation level = probe(directory, findings);
    cli.output()
        .show(
            () -> json(level, directory, findings),
            () -> text(cli.output().style(), level, directory, findings));
    return level == Isolation.PLAIN ? ExitCode.FAILED : ExitCode.OK;
  }

  /** Tries things in the state directory; one that was not there before is not there after. */
  private static Isolation probe(Path directory, List<Finding> findings) {
    boolean missing = !Files.exists(directory);
    try {
      Probe probe = Probe.run(directory);
      findings.addAll(probe.findings());
      findings.addAll(LimitProbe.findings(directory, probe));
      return probe.level();
    } finally {
      if (missing) {
        remove(directory);
      }
    }
  }

  /** What keeps sandboxes apart, without the limits: those take seconds to try on some machines. */
  static List<Finding> levels(Path directory) {
    boolean missing = !Files.exists(directory);
    try {
      return Probe.run(directory).findings();
    } finally {
      if (missing) {
        remove(directory);
      }
    }
  }

  private static void remove(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException inUse) {
      // A backend has begun to use it meanwhile.
    }
  }

  private static String json(Isolation level, Path directory, List<Finding> findings) {
    ObjectNode json = Json.object();
    json.put("isolation", level.word());
    json.put("state", directory.toString());
    ArrayNode array = json.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode entry = array.addObject();
      entry.put("what", finding.what());
      entry.put("works", finding.works());
      entry.put("detail", finding.detail());
      if (!finding.works()) {
        entry.put("cure", finding.cure());
      }
    }
    return Json.write(json);
  }

  private static String text(Style style, Isolation level, Path directory, List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String mark = finding.works() ? style.success("ok") : style.failure("no");
      text.append(mark).append("  ").append(finding.what()).append(": ");
      text.append(Printable.line(finding.detail())).append('\n');
      if (!finding.works()) {
        text.append("    ").append(Printable.line(finding.cure())).append('\n');
      }
    }
    text.append("isolation: ").append(level.word());
    return text.append("\nstate:     ").append(Printable.line(directory.toString())).toString();
  }
}
