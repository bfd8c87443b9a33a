package run.mags.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import run.mags.config.Config;
import run.mags.config.EnvVar;
import run.mags.config.OwnerOnly;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;
import run.mags.error.ShellWord;
import run.mags.ssh.RelayHostKey;

/**
 * What OpenSSH's programs need to know of sandboxes: the text of a configuration, and files of ours
 * beside {@code config.json}, owner-only: the host key that {@code ssh-proxy} shows, and the
 * known_hosts file with its public part.
 */
final class OpenSshFiles {
  /** What a sandbox's name gets to be a host name. */
  static final String SUFFIX = ".mags";

  private static final String ALIAS = "mags-ssh-proxy";

  private final CliContext cli;
  private final Path directory;

  OpenSshFiles(CliContext cli) {
    this.cli = cli;
    this.directory = cli.config().store().directory().toAbsolutePath().resolve("ssh");
  }

  /** The file that is included into OpenSSH's configuration. */
  Path included() {
    return directory.resolve("config");
  }

  /** OpenSSH's configuration of the user. */
  Path usersConfig() {
    return cli.host().home().resolve(".ssh").resolve("config");
  }

  /** The line that includes ours into it. */
  String includeLine() {
    return "Include \"" + included() + "\"";
  }

  private Path hostKeyFile() {
    return directory.resolve("host_key");
  }

  private Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  /** All files of ours. */
  List<Path> all() {
    return List.of(included(), knownHosts(), hostKeyFile());
  }

  /**
   * The host key of {@code ssh-proxy}, which is made where there is none, and known_hosts with it.
   *
   * @throws CliException (CONFIG) if that fails
   */
  RelayHostKey hostKey() {
    try {
      if (!Files.exists(hostKeyFile())) {
        OwnerOnly.createDirectories(directory);
        OwnerOnly.createWhole(hostKeyFile(), RelayHostKey.newText());
      }
      RelayHostKey key = RelayHostKey.of(Files.readString(hostKeyFile()));
      String line = key.knownHost(ALIAS) + "\n";
      if (!Files.exists(knownHosts()) || !Files.readString(knownHosts()).equals(line)) {
        OwnerOnly.replace(knownHosts(), line);
      }
      return key;
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.CONFIG,
          "cannot keep the host key for OpenSSH in " + directory + ": " + FileReason.of(failed),
          "remove the directory to begin anew, or set MAGS_CONFIG_DIR to one of yours",
          failed);
    }
  }

  /**
   * The configuration.
   *
   * @param names sandboxes to name besides all, so that editors can offer them
   */
  String configuration(List<String> names) {
    StringBuilder hosts = new StringBuilder();
    for (String name : names) {
      hosts.append(name).append(SUFFIX).append(' ');
    }
    // A quote could end the one around the name below.
    hosts.append('*').append(SUFFIX).append(" \"!*'*\"");
    return """
        # Written by mags ssh-config: NAME%s is the sandbox NAME.
        Host %s
          User root
          ProxyCommand %s '%%n'
          ProxyUseFdpass no
          HostKeyAlias %s
          UserKnownHostsFile "%s"
          GlobalKnownHostsFile none
          StrictHostKeyChecking yes
          UpdateHostKeys no
          CheckHostIP no
          PreferredAuthentications none
          IdentityFile none
          IdentityAgent none
          IdentitiesOnly yes
          ForwardAgent no
          ForwardX11 no
          Compression no
        """
        .formatted(SUFFIX, hosts, proxyCommand(), ALIAS, knownHosts());
  }

  /** The shell command, in which OpenSSH takes a percent sign for one of its own. */
  private String proxyCommand() {
    StringBuilder command = new StringBuilder();
    Map<String, String> env = cli.host().env();
    List<EnvVar> passed = new ArrayList<>(List.of(EnvVar.MAGS_CONFIG_DIR));
    passed.add(cli.local() ? EnvVar.MAGS_LOCAL_STATE : EnvVar.MAGS_API_URL);
    for (EnvVar variable : passed) {
      variable
          .in(env)
          .ifPresent(
              value ->
                  command
                      .append(command.isEmpty() ? "env " : "")
                      .append(variable.name())
                      .append('=')
                      .append(ShellWord.of(absolute(variable, value)))
                      .append(' '));
    }
    command.append(ShellWord.of(Launcher.path(env))).append(cli.local() ? " --local" : "");
    return command.append(" ssh-proxy --").toString().replace("%", "%%");
  }

  private String absolute(EnvVar variable, String value) {
    return variable == EnvVar.MAGS_API_URL ? value : cli.host().cwd().resolve(value).toString();
  }

  /** Whether the token is one that a program which was not started from here would lack. */
  boolean tokenIsOnlyHere() {
    Config config = cli.config();
    return !cli.local()
        && config.credentials().isPresent()
        && !config.credentials().get().source().equals(config.store().file().toString());
  }
}
