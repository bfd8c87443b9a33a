package run.mags.view;

import run.mags.api.model.LogEntry;

/** Log entries as text: the message untouched, as the script wrote it. */
public final class LogView {
  private LogView() {}

  /**
   * One entry as a line with its line end, led by its time when that is asked for and known.
   * Without times, an entry that is only the beginning of a line has no line end, so that the
   * output is the script's own, byte for byte.
   */
  public static String line(LogEntry entry, boolean timestamps) {
    if (!timestamps) {
      return entry.text();
    }
    String message = entry.message() == null ? "" : entry.message();
    return (entry.timestamp() == null ? "" : entry.timestamp() + " ") + message + "\n";
  }
}
