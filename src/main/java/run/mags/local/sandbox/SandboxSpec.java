package run.mags.local.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a sandbox is made of.
 *
 * @param directory a directory of its own for run-time things, created and removed by the sandbox;
 *     what a crash left of an earlier sandbox there is removed first
 * @param workspace the workspace's directory, of {@link WorkspaceTrees#directory}, read-write; when
 *     empty, nothing is kept and the tree lives in {@code directory}
 * @param base the directory of a workspace mounted read-only beneath it. With a workspace that no
 *     sandbox has used yet, the workspace becomes a fork of it, for good: naming the base again
 *     later is not needed, naming another one is refused
 * @param baseWritten whether somebody may write the base while this sandbox lives; it then stands
 *     on a copy of the base as it is at the start
 * @param hostname what {@code hostname} prints inside; what a host name cannot have is replaced
 * @param limits what it may use
 */
public record SandboxSpec(
    Path directory,
    Optional<Path> workspace,
    Optional<Path> base,
    boolean baseWritten,
    String hostname,
    Limits limits) {
  /** One whose base is only read, without limits of its own. */
  public SandboxSpec(
      Path directory, Optional<Path> workspace, Optional<Path> base, String hostname) {
    this(directory, workspace, base, false, hostname, Limits.NONE);
  }

  /** The same in another directory. */
  SandboxSpec in(Path other) {
    return new SandboxSpec(other, workspace, base, baseWritten, hostname, limits);
  }

  /** The same with another host name. */
  SandboxSpec named(String other) {
    return new SandboxSpec(directory, workspace, base, baseWritten, other, limits);
  }
}
