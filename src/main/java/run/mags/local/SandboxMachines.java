package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import run.mags.api.model.JobRequest;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;
import run.mags.local.sandbox.Sandbox;
import run.mags.local.sandbox.SandboxSpec;
import run.mags.local.sandbox.Sandboxes;
import run.mags.local.sandbox.WorkspaceTrees;

/** Machines that are sandboxes on workspaces in the state directory. */
final class SandboxMachines implements Machines {
  /** The workspaces' directory in the state directory. */
  static final String WORKSPACES = "workspaces";

  private final Sandboxes sandboxes;
  private final WorkspaceTrees workspaces;

  /** For persistent jobs without a workspace, so that what they made is there after a sleep. */
  private final WorkspaceTrees ownTrees;

  private final Path runDirectory;
  private final UploadedFiles files;
  private volatile Predicate<String> isWorkedIn = workspace -> false;

  private SandboxMachines(
      Sandboxes sandboxes,
      WorkspaceTrees workspaces,
      WorkspaceTrees ownTrees,
      Path runDirectory,
      UploadedFiles files) {
    this.sandboxes = sandboxes;
    this.workspaces = workspaces;
    this.ownTrees = ownTrees;
    this.runDirectory = runDirectory;
    this.files = files;
  }

  /** Opens what is in a state directory; what a backend that died left of its sandboxes goes. */
  static SandboxMachines open(
      StateDirectory state, IsolationChoice isolation, NetworkChoice network, Optional<Path> rootfs)
      throws IOException {
    Path run = state.path().resolve("run");
    OwnerOnly.removeTree(run);
    return new SandboxMachines(
        Sandboxes.open(state.path(), isolation, rootfs).withNetwork(network),
        WorkspaceTrees.in(state.path().resolve(WORKSPACES)),
        WorkspaceTrees.in(state.path().resolve("trees")),
        OwnerOnly.directory(run),
        UploadedFiles.open(state.directory(UploadedFiles.DIRECTORY)));
  }

  @Override
  public Machine start(String vmId, String jobId, JobRequest request) {
    Optional<Path> workspace =
        Optional.ofNullable(request.workspaceId()).map(workspaces::directory);
    if (workspace.isEmpty() && Boolean.TRUE.equals(request.persistent())) {
      workspace = Optional.of(ownTrees.directory(jobId));
    }
    Optional<Path> base = Optional.ofNullable(request.baseWorkspaceId()).map(this::base);
    String baseName = request.baseWorkspaceId();
    SandboxSpec spec =
        new SandboxSpec(
            runDirectory.resolve(vmId),
            workspace,
            base,
            baseName != null && isWorkedIn.test(baseName),
            vmId,
            JobLimits.of(request));
    Sandbox sandbox = sandboxes.start(spec);
    try {
      files.place(request.fileIds(), sandbox);
    } catch (IOException failed) {
      sandbox.close();
      throw new CliException(ErrorKind.LOCAL_BACKEND, failed.getMessage(), null, failed);
    }
    return new SandboxMachine(sandbox);
  }

  @Override
  public void tellWhatIsWorkedIn(Predicate<String> workspaces) {
    isWorkedIn = workspaces;
  }

  @Override
  public void forget(String jobId) {
    if (ownTrees.exists(jobId)) {
      ownTrees.delete(jobId);
    }
  }

  private Path base(String name) {
    return workspaces
        .find(name)
        .orElseThrow(
            () ->
                new CliException(
                    ErrorKind.NOT_FOUND, "there is no workspace " + name + " to use as a base"));
  }

  @Override
  public String isolation() {
    return sandboxes.isolation().word();
  }

  @Override
  public String network() {
    return sandboxes.network().word();
  }

  @Override
  public void close() {
    sandboxes.close();
  }

  @Override
  public Optional<String> warning() {
    return sandboxes.warning();
  }

  private record SandboxMachine(Sandbox sandbox) implements Machine {
    @Override
    public void sync() throws IOException {
      sandbox.sync();
    }

    @Override
    public void close() {
      sandbox.close();
    }
  }
}
