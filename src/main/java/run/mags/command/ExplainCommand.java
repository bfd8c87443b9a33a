package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.client.Nearest;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** {@code explain}: what a failure means, what to do, and whether to try again. */
@Command(
    name = "explain",
    description = "Explain a kind of error or an exit code: what it means, what to do.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags explain", "  mags explain 125", "  mags explain rate_limited --json"})
public final class ExplainCommand extends BaseCommand {
  private static final int LARGEST_CODE = 255;

  @Parameters(
      arity = "0..1",
      paramLabel = "KIND|CODE",
      description = "A kind of --json's errors, or an exit code; without it all are listed.")
  String asked;

  /** The command. */
  public ExplainCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (asked == null) {
      cli.output().show(ExplainCommand::allAsJson, () -> allAsText(cli.output().style()));
      return ExitCode.OK;
    }
    Explanation explanation = find();
    String name = explanation.kind() == null ? "exit code " + asked : explanation.kind().word();
    cli.output().show(() -> Json.write(explanation.toJson()), () -> text(name, explanation));
    return ExitCode.OK;
  }

  private Explanation find() {
    List<String> words = new ArrayList<>();
    for (Explanation kind : Explanation.kinds()) {
      words.add(kind.kind().word());
      if (kind.kind().word().equals(asked)) {
        return kind;
      }
    }
    if (!asked.matches("[0-9]{1,3}") || Integer.parseInt(asked) > LARGEST_CODE) {
      List<String> near = Nearest.to(asked, words);
      String hint = near.isEmpty() ? "" : "did you mean " + near.get(0) + "? ";
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "no kind of error and no exit code: " + asked,
          hint + "see all: mags explain");
    }
    int code = Integer.parseInt(asked);
    for (Explanation known : Explanation.exitCodes()) {
      if (known.codes().contains(code)) {
        return known;
      }
    }
    return remote(code);
  }

  /** Any other code is the remote command's, in the commands that return one. */
  private static Explanation remote(int code) {
    int signal = code - ExitCode.SIGNAL_BASE;
    boolean ended = signal > 0 && signal < 65;
    return new Explanation(
        null,
        List.of(code),
        "in `run`, `exec`, `ssh` and `wait`: what the remote command exited with"
            + (ended ? ", or the signal " + signal + " ended it" : ""),
        "see what it wrote: its stderr, or mags logs NAME",
        "only you know what the command does");
  }

  private static String text(String name, Explanation told) {
    String code = told.kind() == null ? "" : " (exit code " + told.codes().get(0) + ")";
    return name
        + code
        + ": "
        + told.meaning().replace("`", "")
        + "\nwhat to do: "
        + told.cure()
        + "\nrepeat it?  "
        + told.repeat();
  }

  private static String allAsText(Style style) {
    TablePrinter kinds = new TablePrinter(style, "KIND", "CODE", "MEANING");
    for (Explanation told : Explanation.kinds()) {
      kinds.cell(told.kind().word()).cell(told.codes().get(0).toString()).cell(told.meaning());
      kinds.endRow();
    }
    TablePrinter codes = new TablePrinter(style, "CODE", "MEANING");
    for (Explanation told : Explanation.exitCodes()) {
      codes.cell(numbers(told));
      codes.cell(told.meaning().replace("`", ""));
      codes.endRow();
    }
    return kinds.text()
        + "\n"
        + codes.text()
        + "\nrun, exec, ssh and wait exit with 125 for all kinds whose code is 1, 2 or 4.";
  }

  private static String allAsJson() {
    ObjectNode all = Json.object();
    ArrayNode kinds = all.putArray("kinds");
    Explanation.kinds().forEach(told -> kinds.add(told.toJson()));
    ArrayNode codes = all.putArray("exit_codes");
    Explanation.exitCodes().forEach(told -> codes.add(told.toJson()));
    return Json.write(all);
  }

  /** The exit codes and what each means, as the manual has them. */
  public static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (Explanation told : Explanation.exitCodes()) {
      codes.put(numbers(told), told.meaning());
    }
    return codes;
  }

  private static String numbers(Explanation told) {
    String list = told.codes().toString();
    return list.substring(1, list.length() - 1);
  }
}
