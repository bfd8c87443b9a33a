package run.mags.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A local backend that runs in some process on this machine.
 *
 * @param url where it listens, without a path
 * @param token the bearer token of its API: a secret
 * @param pid its process
 * @param processStart when that process began, by a clock that nobody sets, or 0 where the system
 *     does not tell: keeps a process that got the same pid later apart
 * @param version the version of mags that it runs
 * @param isolation {@code ns}, {@code flat} or {@code plain}
 * @param network what network its sandboxes have, {@code host} or {@code private}
 * @param idle after what time without use its persistent sandboxes sleep
 * @param warning what to tell the user about isolation and network, or null
 * @param state its state directory
 * @param rootfs the root file system that its sandboxes have, or null for that of this machine
 */
public record RunningBackend(
    URI url,
    String token,
    long pid,
    long processStart,
    String version,
    String isolation,
    String network,
    Duration idle,
    String warning,
    Path state,
    Path rootfs) {

  /** When this very process began. */
  static long ownProcessStart() {
    return ProcessStart.of(ProcessHandle.current());
  }

  /** Whether its process still runs; says nothing about whether it answers. */
  boolean processAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent()
        && process.get().isAlive()
        && ProcessStart.same(processStart, ProcessStart.of(process.get()));
  }

  /** Whether there is a process of its number, which may be another one by now. */
  boolean pidTaken() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent() && process.get().isAlive();
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "RunningBackend[url=%s, pid=%d, version=%s, isolation=%s, state=%s]"
        .formatted(url, pid, version, isolation, state);
  }
}
