package run.mags.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshConnection;

/** Files and directories on their way out of a sandbox: where each goes, and by which way. */
final class Download {
  private final SshConnection connection;
  private final Tally tally;
  private final boolean verify;

  Download(SshConnection connection, Tally tally, boolean verify) {
    this.connection = connection;
    this.tally = tally;
    this.verify = verify;
  }

  /** A source and what it is there. */
  private record There(RemotePath path, RemoteStat stat) {}

  void fetch(List<RemotePath> given, Path target) {
    List<There> sources = existing(given);
    if (sources.isEmpty()) {
      return;
    }
    if (Files.isDirectory(target)) {
      Set<String> names = new HashSet<>();
      for (There source : sources) {
        String name = source.path().hasOwnName() ? source.path().name() : ".";
        if (!name.equals(".") && !names.add(name)) {
          tally.skip(source.path().text(), "another source has the same name");
        } else {
          fetch(source, target, name);
        }
      }
      return;
    }
    There only = sources.get(0);
    Path last = target.getFileName();
    Path parent = target.toAbsolutePath().getParent();
    requirePlace(given.size(), only.stat().isDirectory(), target, parent);
    fetch(only, parent, last.toString());
  }

  private static void requirePlace(int sources, boolean directory, Path target, Path parent) {
    if (sources > 1) {
      throw new CliException(
          ErrorKind.CONFLICT, target + " is not a directory, and there are several sources");
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw new CliException(
          ErrorKind.FILE,
          "there is no directory for " + target,
          "make it first: mkdir -p DIRECTORY");
    }
    if (directory && Files.exists(target)) {
      throw new CliException(ErrorKind.CONFLICT, target + " is there and is not a directory");
    }
  }

  private void fetch(There source, Path directory, String name) {
    RemoteStat stat = source.stat();
    if (!isPossible(directory, name)) {
      tally.skip(source.path().text(), EntryPath.IMPOSSIBLE);
      return;
    }
    DownloadFile file = new DownloadFile(connection, tally, verify);
    if (!stat.isDirectory()) {
      tally.expect(stat.size());
      if (stat.size() > Chunks.LARGE) {
        file.fetch(source.path(), stat, directory, name);
      } else {
        DownloadTree.ofFile(connection, tally, source.path(), name).into(directory);
      }
      return;
    }
    List<RemoteStat.Large> large = RemoteStat.largeIn(connection, source.path(), tally);
    DownloadTree tree = DownloadTree.ofDirectory(connection, tally, source.path(), name);
    Arrivals arrivals = tree.into(directory);
    for (RemoteStat.Large one : large) {
      String here = name + "/" + one.path();
      RemotePath there = source.path().stripped().child(one.path());
      Path parent = arrivals.realParent(directory, here);
      if (parent == null) {
        tally.skip(there.text(), "the directory for it is not there");
      } else {
        file.fetch(there, one.stat(), parent, here.substring(here.lastIndexOf('/') + 1));
      }
    }
    arrivals.finish(directory);
  }

  private static boolean isPossible(Path directory, String name) {
    try {
      return EntryPath.parts(name) != null && directory.resolve(name) != null;
    } catch (InvalidPathException impossible) {
      return false;
    }
  }

  private List<There> existing(List<RemotePath> given) {
    List<RemoteStat> stats = RemoteStat.of(connection, given);
    List<There> there = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      RemoteStat stat = stats.get(i);
      String reason =
          switch (stat.kind()) {
            case MISSING -> "no such file or directory";
            case OTHER -> LocalWalk.SPECIAL;
            case FILE -> given.get(i).endsWithSlash() ? "not a directory" : null;
            case DIRECTORY -> null;
          };
      if (reason == null) {
        there.add(new There(given.get(i), stat));
      } else if (given.size() == 1) {
        throw new CliException(
            ErrorKind.NOT_FOUND,
            "cannot copy " + given.get(i).text() + " from the sandbox: " + reason);
      } else {
        tally.skip(given.get(i).text(), reason);
      }
    }
    return there;
  }

  /** The bytes of a file, whatever kind of file it is. */
  void fetch(RemotePath source, OutputStream out) {
    String name = source.text();
    long[] count = {0};
    OutputStream counted =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count[0] += length;
            tally.moved(name, length);
          }

          @Override
          public void flush() throws IOException {
            out.flush();
          }
        };
    new Script(connection, "exec cat -- " + source.quoted(), null, counted).require("read " + name);
    tally.placed(1, count[0]);
  }
}
