package run.mags.command.option;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import run.mags.ssh.Forward;

/** Port forwardings, written as for OpenSSH's client. */
public final class ForwardOptions {
  @Option(
      names = "-L",
      paramLabel = "[BIND:]PORT:HOST:HOSTPORT",
      description = "Connections to PORT here go to HOST:HOSTPORT as seen from the sandbox.")
  List<String> local = new ArrayList<>();

  @Option(
      names = "-R",
      paramLabel = "[BIND:]PORT:HOST:HOSTPORT",
      description = "Connections to PORT in the sandbox go to HOST:HOSTPORT as seen from here.")
  List<String> remote = new ArrayList<>();

  @Option(
      names = "-D",
      paramLabel = "[BIND:]PORT",
      description = "PORT here is a SOCKS proxy (4, 4a, 5) that connects from the sandbox.")
  List<String> dynamic = new ArrayList<>();

  @Option(names = "-N", description = "Forward ports and do nothing else.")
  boolean only;

  /**
   * The forwardings.
   *
   * @throws run.mags.error.CliException of kind USAGE if one of them is written wrong
   */
  public List<Forward> forwards() {
    List<Forward> all = new ArrayList<>();
    local.forEach(text -> all.add(Forward.parse(Forward.Kind.LOCAL, text)));
    remote.forEach(text -> all.add(Forward.parse(Forward.Kind.REMOTE, text)));
    dynamic.forEach(text -> all.add(Forward.parse(Forward.Kind.DYNAMIC, text)));
    return all;
  }

  /** Whether nothing is to be done but forwarding. */
  public boolean only() {
    return only;
  }
}
