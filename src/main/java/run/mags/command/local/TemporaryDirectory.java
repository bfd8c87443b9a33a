package run.mags.command.local;

import java.io.IOException;
import java.nio.file.Path;
import run.mags.command.CliContext;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;
import run.mags.local.TemporaryState;

/** Where a backend that keeps nothing has its state: below {@code TMPDIR}, as other programs do. */
final class TemporaryDirectory {
  private TemporaryDirectory() {}

  /**
   * A fresh one.
   *
   * @param hint what to do when none can be made
   * @throws CliException (LOCAL_BACKEND) if none can be made
   */
  static Path create(CliContext cli, String hint) {
    Path parent =
        cli.host()
            .cwd()
            .resolve(
                cli.config().temporary().orElse(Path.of(System.getProperty("java.io.tmpdir"))));
    try {
      return TemporaryState.create(parent);
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "no temporary directory can be made in " + parent + ": " + FileReason.of(e),
          hint,
          e);
    }
  }
}
