package run.mags.transfer;

import java.util.List;

/**
 * What a copy has done.
 *
 * @param files how many files, and symbolic or hard links, are in place at the destination
 * @param bytes what they hold in all; what an earlier attempt had brought is counted, too
 * @param resumed how many of these bytes an earlier attempt had brought
 * @param skipped what is not there, in no particular order
 */
public record CopyResult(long files, long bytes, long resumed, List<Skipped> skipped) {
  /** Copies the list. */
  public CopyResult {
    skipped = List.copyOf(skipped);
  }

  /** Whether everything was copied. */
  public boolean isComplete() {
    return skipped.isEmpty();
  }
}
