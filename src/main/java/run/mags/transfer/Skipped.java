package run.mags.transfer;

/**
 * Something that was not copied.
 *
 * @param path where it is, as far as that is known; never null
 * @param reason why it was not copied, on one line; may hold text of the other side as it is
 */
public record Skipped(String path, String reason) {}
