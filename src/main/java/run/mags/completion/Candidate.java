package run.mags.completion;

/**
 * A word that may stand at the cursor.
 *
 * @param value the word itself, not quoted
 * @param description what it is, on one line; may be empty
 */
public record Candidate(String value, String description) {}
