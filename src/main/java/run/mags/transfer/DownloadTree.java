package run.mags.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;
import run.mags.ssh.SshConnection;

/**
 * Brings a tree without its large files, or one small file, out of a sandbox. It gathers in {@code
 * .mags-cp-…} beside its place, and is renamed from there when all has arrived.
 */
final class DownloadTree {
  private final SshConnection connection;
  private final Tally tally;
  private final RemotePath source;
  private final String name;
  private final boolean single;
  private final String script;

  private DownloadTree(
      SshConnection connection,
      Tally tally,
      RemotePath source,
      String name,
      boolean single,
      String script) {
    this.connection = connection;
    this.tally = tally;
    this.source = source;
    this.name = name;
    this.single = single;
    this.script = script;
  }

  /** One file, a named link to it included. */
  static DownloadTree ofFile(
      SshConnection connection, Tally tally, RemotePath source, String name) {
    String script =
        "cd "
            + source.parent().quoted()
            + " && exec tar -chf - "
            + RemotePath.quote("./" + source.name());
    return new DownloadTree(connection, tally, source, name, true, script);
  }

  /** A directory; {@code name} is what it is called here, or {@code .} for what is in it. */
  static DownloadTree ofDirectory(
      SshConnection connection, Tally tally, RemotePath source, String name) {
    String script =
        "cd "
            + source.quoted()
            + " || exit 1\nfind . \\( -type d -o -type l -o -type f ! "
            + Chunks.IS_LARGE
            + " \\) -exec tar -cf - --no-recursion {} +\nstatus=$?\n"
            + "find . ! -type d ! -type l ! -type f -exec sh -c 'for f; do echo \"$f: "
            + LocalWalk.SPECIAL
            + "\" >&2; done' sh {} + 2>&1 >/dev/null | grep "
            + RemotePath.quote(LocalWalk.SPECIAL)
            + " >&2\nexit $status";
    return new DownloadTree(connection, tally, source, name, false, script);
  }

  /** Fetches it into a directory; what its directories are to be like is still to be set. */
  Arrivals into(Path directory) {
    Path stage = null;
    try {
      stage = makeStage(directory);
      Arrivals arrivals = new Arrivals(stage, name, single, tally);
      fetch(arrivals);
      new Placing(tally).moveAll(stage, directory);
      return arrivals;
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot write into " + directory + ": " + FileReason.of(failed),
          null,
          failed);
    } finally {
      remove(stage);
    }
  }

  private void fetch(Arrivals arrivals) {
    TarParser parser = new TarParser(arrivals);
    Script running = new Script(connection, script, null, parser);
    int status;
    try {
      status = running.await();
    } finally {
      arrivals.close();
    }
    // Where some could not be read, tar and find say so and exit with 1 or 2.
    boolean some = status > 2 || (status != 0 && !running.complained());
    if (some || (status != 0 && !parser.hasBegun())) {
      throw running.failed("read " + source.text(), status);
    }
    if (!parser.isWhole()) {
      throw TarParser.broken("it ends too early");
    }
    running.skipComplaints(source.text(), tally);
  }

  private static Path makeStage(Path directory) throws IOException {
    Path stage = directory.resolve(PartName.STAGING + Ids.next());
    try {
      return Files.createDirectory(
          stage,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (UnsupportedOperationException noPermissionsHere) {
      return Files.createDirectory(stage);
    }
  }

  private static void remove(Path stage) {
    if (stage != null) {
      try {
        Placing.remove(stage);
      } catch (IOException leftOver) {
        // Its name tells what it was; the copy itself is not touched by it.
      }
    }
  }
}
