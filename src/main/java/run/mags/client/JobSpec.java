package run.mags.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import run.mags.api.model.JobRequest;

/**
 * What is wanted of a new job. Each method changes this object and answers it, so that calls can be
 * chained; nothing is checked or sent before {@link MagsClient} gets it. Not thread-safe.
 */
public final class JobSpec {
  /** What keeps a sandbox alive that has nothing else to do (spec: cli, "new"). */
  static final String IDLE = "sleep infinity";

  private final String script;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Path> files = new ArrayList<>();
  private String name;
  private String workspace;
  private String base;
  private String startupCommand;
  private Integer diskGb;
  private boolean persistent;
  private boolean noSleep;

  private JobSpec(String script) {
    this.script = Objects.requireNonNull(script, "script");
  }

  /** A job that runs this shell script and ends with it, and keeps nothing. */
  public static JobSpec script(String script) {
    return new JobSpec(script);
  }

  /** A persistent sandbox that waits for commands, with a workspace of the same name. */
  public static JobSpec sandbox(String name) {
    return new JobSpec(IDLE)
        .name(Objects.requireNonNull(name, "name"))
        .workspace(name)
        .startupCommand(IDLE)
        .persistent();
  }

  /** Names the job; null for none. */
  public JobSpec name(String newName) {
    name = newName;
    return this;
  }

  /** Works in this workspace, which is kept; null for none. */
  public JobSpec workspace(String newWorkspace) {
    workspace = newWorkspace;
    return this;
  }

  /** Begins with this workspace, mounted read-only beneath; null for none. */
  public JobSpec base(String newBase) {
    base = newBase;
    return this;
  }

  /** Keeps the sandbox after its script. */
  public JobSpec persistent() {
    persistent = true;
    return this;
  }

  /** Never puts it to sleep when idle. */
  public JobSpec noSleep() {
    noSleep = true;
    return this;
  }

  /** What to run each time it wakes; null for nothing. */
  public JobSpec startupCommand(String command) {
    startupCommand = command;
    return this;
  }

  /** The disk size in GB, above 0; null for the service's default, which is 2. */
  public JobSpec diskGb(Integer gigabytes) {
    diskGb = gigabytes;
    return this;
  }

  /** Sets a variable for the script. */
  public JobSpec env(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Sets variables for the script. */
  public JobSpec env(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Sends a file along, to be in {@code /root} under its base name. */
  public JobSpec file(Path file) {
    files.add(file);
    return this;
  }

  /** Sends files along. */
  public JobSpec files(List<Path> more) {
    files.addAll(more);
    return this;
  }

  /** Whether the sandbox outlives its script. */
  boolean isPersistent() {
    return persistent;
  }

  /** The workspace, or null. */
  String workspace() {
    return workspace;
  }

  /** The files to send along. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** The request, with the ids of the files that were sent. */
  JobRequest request(List<String> fileIds) {
    return new JobRequest(
        script,
        JobRequest.INLINE,
        name,
        workspace,
        base,
        persistent ? Boolean.TRUE : null,
        noSleep ? Boolean.TRUE : null,
        startupCommand,
        environment,
        fileIds,
        diskGb);
  }
}
