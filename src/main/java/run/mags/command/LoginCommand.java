package run.mags.command;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;

/** {@code login}: takes a token, checks it and saves it. */
@Command(
    name = "login",
    description = "Save an API token after checking it.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags login", "  mags login --with-token < token.txt"})
public final class LoginCommand extends BaseCommand {
  /** Where tokens are made (assumed: no public page names it). */
  private static final String TOKEN_PAGE = "https://magpiecloud.com/api-keys";

  private static final int LONGEST_TOKEN = 16_384;

  @Option(names = "--with-token", description = "Read the token from standard input.")
  boolean withToken;

  @Option(names = "--no-browser", description = "Do not open the token page.")
  boolean noBrowser;

  /** The command. */
  public LoginCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (!withToken && !cli.host().terminal().canAsk()) {
      throw new CliException(
          ErrorKind.USAGE,
          "login asks for the token, and there is no terminal to ask on",
          "pipe it in: mags login --with-token < FILE, or set MAGS_API_TOKEN");
    }
    // A broken file or a bad URL is found before anything is asked for.
    cli.config().store().read();
    URI url = cli.config().apiUrl();
    String token = check(withToken ? piped(cli) : asked(cli));
    try (MagsClient mags = cli.clientWith(url, token)) {
      mags.api().jobs(1, 1);
    }
    cli.config().saveToken(token);
    String file = cli.config().store().file().toString();
    cli.output()
        .show(
            () -> Json.write(Json.object().put("saved_to", file).put("api_url", url.toString())),
            () -> "");
    cli.output().note("logged in; the token is in " + file);
    if (EnvVar.MAGS_API_TOKEN.in(cli.host().env()).isPresent()
        || EnvVar.MAGS_TOKEN.in(cli.host().env()).isPresent()) {
      cli.output().note("note: the token in the environment still wins over the saved one");
    }
    return ExitCode.OK;
  }

  private String asked(CliContext cli) {
    if (noBrowser || !Browser.open(cli.host(), TOKEN_PAGE)) {
      cli.output().error("make a token at " + TOKEN_PAGE);
    } else {
      cli.output().note("opened " + TOKEN_PAGE);
    }
    String token = cli.host().terminal().readSecret("token (not shown): ");
    return token == null ? "" : token;
  }

  private static String piped(CliContext cli) {
    try {
      byte[] bytes = cli.host().terminal().in().readNBytes(LONGEST_TOKEN);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new CliException(ErrorKind.FILE, "cannot read standard input", null, unreadable);
    }
  }

  private static String check(String given) {
    String token = given.strip();
    if (token.isEmpty()) {
      throw new CliException(ErrorKind.USAGE, "no token was given", "nothing was saved");
    }
    if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new CliException(
          ErrorKind.USAGE,
          "that is no token: it has blanks, line ends or other characters that no token has",
          "nothing was saved");
    }
    return token;
  }
}
