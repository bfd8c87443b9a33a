package run.mags.command;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import run.mags.client.MagsClient;
import run.mags.ssh.SshConnection;
import run.mags.terminal.LateNote;
import run.mags.terminal.Printable;
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
    return Interrupts.during(
        cli,
        () -> null,
        () -> Spinner.during(cli.output(), "connecting to " + job, () -> within(cli, job, limit)));
  }

  /** The same where something is shown already, and signals are taken. */
  static SshConnection within(CliContext cli, String job, Duration limit) {
    Duration usual = MagsClient.DEFAULT_LIMIT;
    Duration within = limit == null ? usual : limit;
    AtomicReference<String> seen = new AtomicReference<>("no answer yet");
    return LateNote.during(
        cli.output(),
        () ->
            "waiting for "
                + job
                + ", up to "
                + within.toSeconds()
                + " s: "
                + Printable.line(seen.get()),
        NOTE_AFTER,
        () -> cli.mags().connect(job, within, seen::set));
  }
}
