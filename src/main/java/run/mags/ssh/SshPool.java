package run.mags.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * SSH connections that outlive the call that made them, for calls that follow in the same process.
 * One is found by its target, key included: who does not know that does not get it. Keys are in
 * memory only.
 */
public final class SshPool implements AutoCloseable {
  /** How long one is kept that nobody uses. A sandbox sleeps later than that. */
  public static final Duration LONGEST_IDLE = Duration.ofMinutes(2);

  /** Of the ten sessions that OpenSSH allows on a connection; commands use more than one. */
  static final int MOST_USERS = 4;

  private final LongSupplier nanos;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * An empty pool.
   *
   * @param nanos the monotonic clock, in ns
   */
  public SshPool(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A line, and how many use it. */
  private static final class Entry {
    private final SshTarget target;
    private final Path knownHosts;
    private final SshLine line;
    private int users = 1;
    private long idleSince;
    private boolean spoilt;

    Entry(SshTarget target, Path knownHosts, SshLine line) {
      this.target = target;
      this.knownHosts = knownHosts;
      this.line = line;
    }
  }

  /** The use of a line by one connection. */
  final class Lease {
    private final Entry entry;
    private final boolean old;
    private boolean ended;

    private Lease(Entry entry, boolean old) {
      this.entry = entry;
      this.old = old;
    }

    SshLine line() {
      return entry.line;
    }

    /** Whether the line was there before. */
    boolean isOld() {
      return old;
    }

    /** Ends the use; the line stays for others. */
    void end() {
      synchronized (SshPool.this) {
        if (!ended) {
          ended = true;
          entry.users--;
          entry.idleSince = nanos.getAsLong();
          closeUseless();
        }
      }
    }

    /** This line is of no use to others; it is closed when its use ends. */
    void condemn() {
      synchronized (SshPool.this) {
        entry.spoilt = true;
      }
    }

    /** Ends the use of a line that is of no use to others either. */
    void spoil() {
      synchronized (SshPool.this) {
        entry.spoilt = true;
        end();
      }
    }
  }

  /** A line to this target that has room for one more, if there is one. */
  synchronized Optional<Lease> lease(SshTarget target, Path knownHosts) {
    closeUseless();
    for (Entry entry : entries) {
      boolean same = entry.target.equals(target) && entry.knownHosts.equals(knownHosts);
      if (same && !entry.spoilt && entry.line.isOpen() && entry.users < MOST_USERS) {
        entry.users++;
        return Optional.of(new Lease(entry, true));
      }
    }
    return Optional.empty();
  }

  /** Keeps a new line, which its maker uses first. */
  synchronized Lease keep(SshTarget target, Path knownHosts, SshLine line) {
    Entry entry = new Entry(target, knownHosts, line);
    entries.add(entry);
    return new Lease(entry, false);
  }

  /** Closes what nobody has used for long. */
  public synchronized void closeUseless() {
    long now = nanos.getAsLong();
    entries.removeIf(
        entry -> {
          boolean late = now - entry.idleSince > LONGEST_IDLE.toNanos();
          boolean useless = entry.spoilt || late || !entry.line.isOpen();
          if (entry.users == 0 && useless) {
            entry.line.close();
            return true;
          }
          return false;
        });
  }

  /** Lets no line be used again; those in use are closed when their commands have ended. */
  @Override
  public synchronized void close() {
    entries.forEach(entry -> entry.spoilt = true);
    closeUseless();
  }

  /** How many lines there are, in use or not. */
  public synchronized int size() {
    return entries.size();
  }
}
