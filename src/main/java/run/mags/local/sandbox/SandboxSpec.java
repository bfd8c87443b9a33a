package run.mags.local.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a sandbox is made of.
 *
 * @param directory a directory of its own for run-time things, created and removed by the sandbox
 * @param workspace the workspace's directory , read-write; when empty, nothing is kept and the tree
 *     lives in {@code directory}
 * @param base the directory of a workspace mounted read-only beneath it
 * @param hostname what {@code hostname} prints inside
 */
public record SandboxSpec(
    Path directory, Optional<Path> workspace, Optional<Path> base, String hostname) {}
