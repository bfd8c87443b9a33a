package run.mags.command.option;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.Forward;

/** A sandbox, and ports here and there that belong together, written the short way. */
public final class PortPairs {
  @Parameters(index = "0", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "LOCAL:REMOTE",
      description = {
        "Connections to LOCAL here go to REMOTE in the sandbox: 8080:3000;",
        "8080 is both; 0:3000 takes a free port here; 5432:db:5432 names a host."
      })
  List<String> local = new ArrayList<>();

  @Option(
      names = {"-R", "--remote"},
      paramLabel = "REMOTE:LOCAL",
      description = "Connections to REMOTE in the sandbox come to LOCAL here. Repeatable.")
  List<String> remote = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "Listen on this address here (default 127.0.0.1); * is all of them.")
  String address;

  /** The sandbox, as its user calls it. */
  public String job() {
    return job;
  }

  /**
   * The forwardings.
   *
   * @throws CliException of kind USAGE if one of them is written wrong
   */
  public List<Forward> forwards() {
    List<Forward> all = new ArrayList<>();
    local.forEach(text -> all.add(read(Forward.Kind.LOCAL, text, address)));
    remote.forEach(text -> all.add(read(Forward.Kind.REMOTE, text, null)));
    return all;
  }

  private static Forward read(Forward.Kind kind, String text, String bind) {
    int colon = text.indexOf(':');
    String whole = text;
    if (colon < 0) {
      whole = text + ":localhost:" + text;
    } else if (text.indexOf(':', colon + 1) < 0) {
      whole = text.substring(0, colon) + ":localhost" + text.substring(colon);
    }
    try {
      Forward read = Forward.parse(kind, whole);
      if (read.bind() == null) {
        return new Forward(kind, bind, read.port(), read.host(), read.hostPort());
      }
    } catch (CliException wrong) {
      // Said below, in the terms of this way of writing.
    }
    throw new CliException(
        ErrorKind.USAGE,
        "'" + text + "' is no pair of ports",
        "write 8080, 8080:3000, 0:3000 or 5432:db:5432; an address to listen on is --address");
  }
}
