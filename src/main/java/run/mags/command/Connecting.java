package run.mags.command;

import java.time.Duration;
import run.mags.client.MagsClient;
import run.mags.ssh.SshConnection;
import run.mags.terminal.LateNote;
import run.mags.terminal.Spinner;

/** The way to a sandbox, within a time that is seen to pass, and that a signal ends. */
final class Connecting {
  private static final Duration NOTE_AFTER = Duration.ofSeconds(5);

  private Connecting() {}

  /**
   * Connects.
   *
   * @param limit how long to try; null for the usual
   */
  static SshConnection to(CliContext cli, String job, Duration limit) {
    Duration within = limit == null ? MagsClient.DEFAULT_LIMIT : limit;
    return Interrupts.during(
        cli,
        () -> null,
        () ->
            LateNote.during(
                cli.output(),
                "waiting for " + job + ", up to " + within.toSeconds() + " s",
                NOTE_AFTER,
                () ->
                    Spinner.during(
                        cli.output(),
                        "connecting to " + job,
                        () -> cli.mags().connect(job, within))));
  }
}
