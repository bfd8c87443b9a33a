package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Processes on the host, held together but not kept apart: each leads a session of its own, and all
 * carry a variable {@code MAGS_SANDBOX} in their environment by which a keeper finds them again
 * when the sandbox closes or the JVM dies.
 *
 * <p>What cannot be promised: a process that cleared its environment, made a session of its own and
 * lost its parent is not found, nor is one that runs as another user; and without {@code /proc}, as
 * on macOS, nothing is found at all once the JVM is gone.
 */
final class PlainSandbox implements Sandbox {
  private final Tools tools;
  private final Path home;
  private final String mark;
  private final Confinement confinement;
  private final Ground ground;
  private final Lifeline lifeline;

  private PlainSandbox(
      Tools tools, Ground ground, String mark, Confinement confinement, Lifeline lifeline) {
    this.tools = tools;
    this.home = ground.top();
    this.ground = ground;
    this.mark = mark;
    this.confinement = confinement;
    this.lifeline = lifeline;
  }

  /**
   * Starts one.
   *
   * @param cleanup runs once after the end, but not when the start fails
   */
  static PlainSandbox start(Tools tools, Ground ground, Confinement confinement, Runnable cleanup)
      throws IOException {
    String mark = UUID.randomUUID().toString();
    List<String> command = new ArrayList<>(session(tools));
    command.addAll(List.of("/bin/sh", "-c", Script.named("keeper.sh"), "keeper", mark));
    command.add(ground.holder().map(Path::toString).orElse(""));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", tools.searchPath());
    builder.environment().put("LC_ALL", "C");
    Lifeline lifeline = Lifeline.start(builder, ended -> cleanup.run());
    return new PlainSandbox(tools, ground, mark, confinement, lifeline);
  }

  @Override
  public Isolation isolation() {
    return Isolation.PLAIN;
  }

  @Override
  public ProcessBuilder outer(Map<String, String> environment, List<String> argv) {
    if (!lifeline.holds()) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND, "the sandbox has ended", "Start the job again.");
    }
    String user = System.getProperty("user.name");
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PATH", tools.searchPath());
    all.put("HOME", home.toString());
    all.put("USER", user);
    all.put("LOGNAME", user);
    all.put("SHELL", "/bin/sh");
    all.put("LANG", "C.UTF-8");
    all.putAll(environment);
    all.put("MAGS_SANDBOX", mark);
    List<String> way = new ArrayList<>(confinement.way(all));
    way.addAll(session(tools));
    return ExactCommand.of(way, all, argv).directory(home.toFile());
  }

  @Override
  public ProcessBuilder inner(Map<String, String> environment, List<String> argv) {
    return outer(environment, argv);
  }

  @Override
  public void signal(Process process, String signal) {
    new ProcessFamily(process, true).signal(signal);
  }

  @Override
  public void hangUp(Process process, long milliseconds) {
    new ProcessFamily(process, true).hangUp(milliseconds);
  }

  /** Without a control group they go on: nothing else finds all of them. */
  synchronized void during(Writers.Action action) throws IOException {
    boolean frozen = confinement.freeze();
    try {
      action.run();
    } finally {
      if (frozen) {
        confinement.thaw();
      }
    }
  }

  @Override
  public synchronized void sync() throws IOException {
    if (ground.workspace().isPresent()) {
      SyncPoint.make(ground.workspace().get(), Isolation.PLAIN, tools, this::during);
    }
  }

  @Override
  public List<String> remarks() {
    return ground.remarks();
  }

  @Override
  public long memoryKills() {
    return confinement.memoryKills();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return lifeline.ended();
  }

  @Override
  public void close() {
    lifeline.close();
  }

  private static List<String> session(Tools tools) {
    return tools.path("setsid").map(setsid -> List.of(setsid, "--")).orElse(List.of());
  }
}
