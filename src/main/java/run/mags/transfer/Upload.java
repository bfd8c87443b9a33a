package run.mags.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;
import run.mags.ssh.SshConnection;
import run.mags.transfer.LocalWalk.Found;
import run.mags.transfer.LocalWalk.Source;

/** Files and directories on their way into a sandbox: where each goes, and by which way. */
final class Upload {
  private final SshConnection connection;
  private final Tally tally;
  private final boolean verify;

  Upload(SshConnection connection, Tally tally, boolean verify) {
    this.connection = connection;
    this.tally = tally;
    this.verify = verify;
  }

  void send(List<Path> given, RemotePath target) {
    List<Path> paths = existing(given);
    if (paths.isEmpty()) {
      return;
    }
    String kind = kind(target);
    List<Source> sources = new ArrayList<>();
    RemotePath directory = target;
    if (kind.equals("directory")) {
      sources.addAll(named(paths));
    } else {
      Path only = paths.get(0);
      requirePlace(given.size(), only.toFile().isDirectory(), kind, target);
      directory = target.parent();
      sources.add(new Source(only, target.name()));
    }
    sendAll(sources, directory);
  }

  private void sendAll(List<Source> sources, RemotePath directory) {
    List<Found> large = new ArrayList<>();
    boolean small = false;
    long total = 0;
    try (LocalWalk walk = new LocalWalk(sources, null)) {
      for (Found found = walk.next(); found != null; found = walk.next()) {
        boolean file = found.attributes().isRegularFile();
        total += file ? found.attributes().size() : 0;
        if (file && found.attributes().size() > Chunks.LARGE) {
          large.add(found);
        } else {
          small = true;
        }
      }
    }
    tally.expect(total);
    UploadTree tree = new UploadTree(connection, tally, verify);
    // Without anything to send it still tells why there is nothing.
    List<TarEntry> directories =
        small || large.isEmpty() ? tree.send(sources, directory) : List.of();
    UploadFile file = new UploadFile(connection, tally, verify);
    for (Found found : large) {
      file.send(found, directory.child(found.name()));
    }
    tree.finish(directories, directory);
  }

  /** Those that are there; the only one has to be. */
  private List<Path> existing(List<Path> given) {
    List<Path> there = new ArrayList<>();
    for (Path path : given) {
      try {
        LocalWalk.attributes(path, true);
        there.add(path);
      } catch (IOException missing) {
        if (given.size() == 1) {
          throw new CliException(
              ErrorKind.FILE, "cannot read " + path + ": " + FileReason.of(missing), null, missing);
        }
        tally.skip(path.toString(), FileReason.of(missing));
      }
    }
    return there;
  }

  /** The names that sources get in a directory; two of one name cannot both be there. */
  private List<Source> named(List<Path> paths) {
    List<Source> sources = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path path : paths) {
      Path last = path.getFileName();
      String name = last == null || last.toString().equals("..") ? "." : last.toString();
      if (name.equals(".") || names.add(name)) {
        sources.add(new Source(path, name.isEmpty() ? "." : name));
      } else {
        tally.skip(path.toString(), "another source has the same name");
      }
    }
    return sources;
  }

  /** What is at the target: {@code directory}, {@code other}, {@code new} or {@code nowhere}. */
  private String kind(RemotePath target) {
    String path = target.quoted();
    String parent = target.hasOwnName() ? target.parent().quoted() : path;
    String script =
        "if [ -d "
            + path
            + " ]; then echo directory; elif [ -e "
            + path
            + " ] || [ -L "
            + path
            + " ]; then echo other; elif [ -d "
            + parent
            + " ]; then echo new; else echo nowhere; fi";
    return Script.answer(connection, script, "say what is at " + target.text()).strip();
  }

  static void requirePlace(int sources, boolean directory, String kind, RemotePath target) {
    if (sources > 1) {
      throw new CliException(
          ErrorKind.CONFLICT,
          target.text() + " is not a directory there, and there are several sources");
    }
    if (kind.equals("nowhere") || !target.hasOwnName()) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "there is no directory for " + target.text() + " in the sandbox",
          "make it first: mags exec NAME mkdir -p DIRECTORY");
    }
    if (directory && kind.equals("other")) {
      throw new CliException(
          ErrorKind.CONFLICT, target.text() + " is there and is not a directory");
    }
    if (!directory && target.endsWithSlash()) {
      throw new CliException(
          ErrorKind.NOT_FOUND, "there is no directory " + target.text() + " in the sandbox");
    }
  }
}
