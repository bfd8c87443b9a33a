package run.mags.transfer;

import java.util.ArrayList;
import java.util.List;

/** What a copy has done so far. Several threads count. */
final class Tally {
  private final CopyProgress progress;
  private final List<Skipped> skipped = new ArrayList<>();
  private long files;
  private long bytes;
  private long resumed;
  private long moved;
  private long total = -1;

  Tally(CopyProgress progress) {
    this.progress = progress;
  }

  /** How much there is to be moved, for who looks on. */
  synchronized void expect(long allBytes) {
    total = allBytes;
  }

  /** Some bytes have gone over. */
  void moved(String name, long count) {
    long done;
    long all;
    synchronized (this) {
      moved += count;
      done = moved;
      all = total;
    }
    progress.copied(name, done, all);
  }

  /** Bytes that need not go over, since they are there. */
  void resumed(String name, long count) {
    synchronized (this) {
      resumed += count;
    }
    moved(name, count);
  }

  synchronized void placed(long fileCount, long byteCount) {
    files += fileCount;
    bytes += byteCount;
  }

  synchronized void skip(String path, String reason) {
    skipped.add(new Skipped(path, reason));
  }

  synchronized CopyResult result() {
    return new CopyResult(files, bytes, resumed, skipped);
  }
}
