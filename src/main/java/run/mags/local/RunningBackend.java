package run.mags.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A local backend that runs in some process on this machine.
 *
 * @param url where it listens, without a path
 * @param token the bearer token of its API: a secret
 * @param pid its process
 * @param processStart when that process began, in ms since 1970, or 0 where the system does not
 *     tell: keeps a process that got the same pid later apart
 * @param version the version of mags that it runs
 * @param isolation {@code ns}, {@code flat} or {@code plain}
 * @param idle after what time without use its persistent sandboxes sleep
 * @param warning what to tell the user about that isolation, or null
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
    Duration idle,
    String warning,
    Path state,
    Path rootfs) {

  /** The kernel's idea of when it booted moves a little when the clock is set. */
  private static final long CLOCK_TOLERANCE_MS = 10_000;

  /** When this very process began, in ms since 1970, or 0 where the system does not tell. */
  static long ownProcessStart() {
    return processStart(ProcessHandle.current()).orElse(0L);
  }

  /** Whether its process still runs; says nothing about whether it answers. */
  boolean processAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty() || !process.get().isAlive()) {
      return false;
    }
    Optional<Long> start = processStart(process.get());
    return processStart == 0
        || start.isEmpty()
        || Math.abs(start.get() - processStart) < CLOCK_TOLERANCE_MS;
  }

  private static Optional<Long> processStart(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli);
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "RunningBackend[url=%s, pid=%d, version=%s, isolation=%s, state=%s]"
        .formatted(url, pid, version, isolation, state);
  }
}
