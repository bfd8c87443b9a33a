package run.mags.command;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.RawAnswer;
import run.mags.api.RawRequest;
import run.mags.command.option.TextSource;
import run.mags.error.ExitCode;

/** {@code api}: a request of the user's own to the API, with the token. */
@Command(
    name = "api",
    description = {
      "Send a request to the API, with your token, and print its answer as it is.",
      "PATH is below /api/v1 where it does not begin with /api. The method is GET, or POST with"
          + " fields or --input. Only GET is tried again. Exits 1 (4 for a refused token) on a"
          + " status of 400 and above, with the answer on stdout."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags api mags-jobs/pool-status",
      "  mags api GET mags-jobs -f page=2 -F page_size=100 | jq '.jobs[].name'",
      "  mags api PATCH mags-jobs/$id -F no_sleep=true",
      "  mags api POST mags-jobs --input job.json",
      "  mags api mags-jobs -f type=inline -f script=true -f 'environment[A]=b'"
    })
public final class ApiCommand extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "METHOD|PATH",
      description = "The method, if it is to be another: GET, POST, PUT, PATCH, DELETE or HEAD.")
  String first;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "The path, with a query if need be.")
  String second;

  @Option(
      names = {"-f", "--raw-field"},
      paramLabel = "KEY=VALUE",
      description = "A text for the body, or for the query of a GET. Repeatable.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = {"-F", "--field"},
      paramLabel = "KEY=VALUE",
      description =
          "The same, but true, false, null and whole numbers are those; @FILE is a file's text, @-"
              + " stdin's. Repeatable. KEY may be a[b], a[] or a[][b].")
  List<String> typed = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Send this file as the body; - is stdin. Fields go to the query then.")
  Path input;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME:VALUE",
      description = "A header to send. Repeatable.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = {"-i", "--include"},
      description = "Print the status line and the headers, too.")
  boolean include;

  /** The command. */
  public ApiCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    RawRequest request = request(cli);
    RawAnswer answer = Interrupts.during(cli, () -> null, () -> cli.api().raw(request));
    if (include) {
      String head = String.join("\r\n", answer.head()) + "\r\n\r\n";
      cli.output().write(head.getBytes(StandardCharsets.UTF_8));
    }
    cli.output().write(answer.body());
    cli.output().flush();
    if (answer.failure() != null) {
      throw answer.failure();
    }
    return ExitCode.OK;
  }

  private RawRequest request(CliContext cli) {
    ApiWords words = new ApiWords(this::usage);
    ApiFields fields = new ApiFields(cli.host(), this::usage);
    texts.forEach(fields::addText);
    typed.forEach(fields::addTyped);
    String implied = fields.isEmpty() && input == null ? "GET" : "POST";
    String method = second == null ? implied : words.method(first);
    boolean looks = method.equals("GET") || method.equals("HEAD");
    if (looks && input != null) {
      throw usage(method + " takes no --input");
    }
    boolean asQuery = looks || input != null;
    String body =
        input == null ? null : TextSource.read(input, cli.host().terminal().in(), cli.host().cwd());
    return new RawRequest(
        method,
        words.target(second == null ? first : second),
        asQuery ? fields.asQuery() : List.of(),
        words.headers(headers),
        asQuery || fields.isEmpty() ? body : fields.asJson());
  }
}
