package run.mags.command.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code run} alone, and which of them go together. */
public final class RunOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "WORKSPACE",
      description = "Work in this workspace, which is kept.")
  String workspace;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Name the job.")
  String name;

  @Option(
      names = {"-p", "--persistent"},
      description = "Keep the sandbox after the script; prints its id once it runs.")
  boolean persistent;

  @Option(
      names = {"-e", "--ephemeral"},
      description = "Keep nothing (not with -w, -p).")
  boolean ephemeral;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "Send a file along, to be in /root. Repeatable.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--url", description = "Open a public URL and print it. Needs -p.")
  boolean url;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "The port behind the URL (default 8080). Needs --url.")
  Integer port;

  @Option(
      names = "--startup-command",
      paramLabel = "COMMAND",
      description = "What to run each time the sandbox wakes.")
  String startupCommand;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Stop the job after this time and exit 124; with -p, wait so long for it.")
  Duration timeout;

  @Option(
      names = {"-d", "--detach"},
      description = "Print the job's id and leave.")
  boolean detach;

  @Option(
      names = "--rm",
      description = "At its end, stop it and delete the workspace it made, if it made one.")
  boolean remove;

  @Option(names = "--stop-on-interrupt", description = "Ctrl-C stops the job, too.")
  boolean stopOnInterrupt;

  /** Throws when options contradict each other. */
  public void check(SandboxOptions sandbox) {
    reject(ephemeral && workspace != null, "-e keeps nothing, -w keeps a workspace: not both");
    reject(ephemeral && persistent, "-e keeps nothing, -p keeps the sandbox: not both");
    reject(sandbox.noSleep() && !persistent, "--no-sleep needs -p");
    reject(url && !persistent, "--url needs -p");
    reject(port != null && !url, "--port needs --url");
    reject(detach && url, "--detach does not wait, --url does: not both");
    reject(detach && timeout != null, "--detach does not wait, --timeout does: not both");
    reject(remove && persistent, "--rm removes the sandbox, -p keeps it: not both");
    reject(remove && detach, "--detach does not wait for the end, --rm does: not both");
    reject(detach && stopOnInterrupt, "--detach and --stop-on-interrupt contradict each other");
  }

  private void reject(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  /** The workspace, or null. */
  public String workspace() {
    return workspace;
  }

  /** The job's name, or null. */
  public String name() {
    return name;
  }

  /** Whether the sandbox outlives the script. */
  public boolean persistent() {
    return persistent;
  }

  /** The files to send along. */
  public List<Path> files() {
    return files;
  }

  /** Whether a URL is wanted. */
  public boolean url() {
    return url;
  }

  /** The port behind the URL. */
  public int port() {
    return port == null ? 8080 : port;
  }

  /** What to run at each wake, or null. */
  public String startupCommand() {
    return startupCommand;
  }

  /** How long the job may take, or null. */
  public Duration timeout() {
    return timeout;
  }

  /** Whether to leave at once. */
  public boolean detach() {
    return detach;
  }

  /** Whether to remove what the run has made. */
  public boolean remove() {
    return remove;
  }

  /** Whether Ctrl-C stops the job. */
  public boolean stopOnInterrupt() {
    return stopOnInterrupt;
  }
}
