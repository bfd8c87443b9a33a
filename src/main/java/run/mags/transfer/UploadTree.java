package run.mags.transfer;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshConnection;
import run.mags.transfer.LocalWalk.Source;

/**
 * Brings a tree without its large files into a directory of a sandbox. It gathers in a directory
 * beside, {@code .mags-cp-…}, and each file is renamed from there when all have arrived: none is
 * ever half there under its name, and of a copy that breaks off nothing is left.
 */
final class UploadTree {
  /** What the script exits with when all but some has been put in place. */
  private static final int SOME_MISSING = 9;

  /** A directory that is new is renamed as a whole, others are gone through. */
  private static final String MERGE =
      """
      (
      cd "$stage" && umask 022 || exit 1
      export MOVE='d=$1; shift; exec mv -f -- "$@" "../$d/"'
      # find takes no second pair of braces, so it must not see these.
      export LOST='find "$d" ! -type d -exec sh -c "for f; do echo; done" sh {} + | wc -l
        find "$d" -type f -exec cat {} + | wc -c'
      export ENTER='rc=0; for d; do
        [ -d "$d" ] || continue
        no=
        if [ -L "../$d" ]; then echo "$d: a symbolic link is there" >&2; no=1
        elif ! [ -d "../$d" ]; then mkdir "../$d" || no=1; fi
        if [ "$no" ]; then rc=1; echo lost $(eval "$LOST"); rm -rf "$d"; fi
        done; exit $rc'
      export EACH='rc=0; for d; do
        find "$d" -mindepth 1 -maxdepth 1 ! -type d -exec sh -c "$MOVE" sh "$d" {} + || rc=1
        done; exit $rc'
      failed=0
      merge() {
        find "$1" -type d -exec sh -c 'eval "$ENTER"' sh {} + || failed=9
        if [ -d "$1" ]; then find "$1" -type d -exec sh -c 'eval "$EACH"' sh {} + || failed=9; fi
      }
      for e in ./* ./.[!.]* ./..?*; do
        [ -e "$e" ] || [ -L "$e" ] || continue
        if [ -d "$e" ] && ! [ -L "$e" ] && { [ -e "../$e" ] || [ -L "../$e" ]; }; then
          merge "$e"
        else
          mv -f -- "$e" ../ || failed=9
        fi
      done
      [ $failed = 0 ] || { d=.; echo lost $(eval "$LOST"); }
      exit $failed
      )
      """;

  private final SshConnection connection;
  private final Tally tally;
  private final boolean verify;

  UploadTree(SshConnection connection, Tally tally, boolean verify) {
    this.connection = connection;
    this.tally = tally;
    this.verify = verify;
  }

  /**
   * Sends the sources.
   *
   * @param directory which is there
   * @return the directories among them, whose modes and times are still to be set
   */
  List<TarEntry> send(List<Source> sources, RemotePath directory) {
    String id = Ids.next();
    try (LocalWalk walk = new LocalWalk(sources, tally)) {
      TreeFrames frames = new TreeFrames(walk, tally, verify, "checked " + id);
      Script script = new Script(connection, script(directory, id), frames, frames.answers());
      int status;
      try {
        status = script.await();
      } finally {
        frames.over();
      }
      if (frames.isDamaged()) {
        throw new CliException(
            ErrorKind.REFUSED,
            "the checksums of what arrived in the sandbox are not those of what was sent",
            "nothing was replaced there; try it again");
      }
      if (status != 0 && status != SOME_MISSING) {
        throw script.failed("take the files", status);
      }
      script.skipComplaints(directory.text(), tally);
      tally.placed(frames.files(), frames.bytes());
      if (status == SOME_MISSING && !frames.directories().isEmpty()) {
        // An archive with one of those that found no place would replace what is in its way.
        tally.skip(directory.text(), "modes and times of directories were not set there");
        return List.of();
      }
      return frames.directories();
    }
  }

  /** Gives directories their modes and times, each after those that are in it. */
  void finish(List<TarEntry> directories, RemotePath directory) {
    if (directories.isEmpty()) {
      return;
    }
    TreeFrames.Bytes archive = new TreeFrames.Bytes();
    TarWriter tar = new TarWriter(archive);
    for (TarEntry entry : directories) {
      // What is only a way to its contents is the destination's own.
      if (!entry.path().equals(".")) {
        tar.add(entry, new byte[0]);
      }
    }
    tar.end();
    Script script =
        new Script(
            connection,
            "exec tar -xpof - -C " + directory.quoted(),
            new ByteArrayInputStream(archive.bytes(), 0, archive.size()),
            OutputStream.nullOutputStream());
    if (script.await() != 0) {
      script.skipComplaints(directory.text(), tally);
    }
  }

  private String script(RemotePath directory, String id) {
    String sums = "find \"./$stage\" -type f -exec sha256sum {} + || exit 1\n";
    return Frames.FEED
        + "cd "
        + directory.quoted()
        + " || exit 1\nstage="
        + PartName.STAGING
        + id
        + "\ntrap 'rm -rf \"$stage\"' EXIT; trap 'exit 143' HUP INT TERM\n"
        + "mkdir \"$stage\" && feed | tar -xpof - -C \"$stage\" || exit 1\n"
        + (verify ? sums : "")
        + "echo 'checked "
        + id
        + "'\nread -r word && [ \"$word\" = go ] || exit 1\n"
        + MERGE;
  }
}
