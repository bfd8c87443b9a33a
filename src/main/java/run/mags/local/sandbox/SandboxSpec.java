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
 * @param hostname what {@code hostname} prints inside; what a host name cannot have is replaced
 */
public record SandboxSpec(
    Path directory, Optional<Path> workspace, Optional<Path> base, String hostname) {}
