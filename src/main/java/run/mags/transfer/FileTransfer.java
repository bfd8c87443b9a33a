package run.mags.transfer;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshConnection;

/**
 * Copies files and directories to and from a sandbox over a connection. Modes (without set-user-id
 * and the like), times in whole seconds, symbolic and hard links are kept, owners are not.
 *
 * <p>A path in a sandbox is absolute or relative to the home directory, which is the empty path. A
 * target that is a directory takes the sources under their names; otherwise the only source becomes
 * the target. A source whose last name is {@code .} is what is in that directory.
 *
 * <p>Nothing is ever half there under its final name. What cannot be copied is told in the result,
 * and the rest is copied. Large files (over 8 MiB) arrive as {@code .NAME.mags-part} and are gone
 * on with when an attempt broke off.
 */
public final class FileTransfer {
  private final SshConnection connection;
  private final CopyProgress progress;
  private final boolean verify;

  /**
   * A transfer; nothing is sent yet.
   *
   * @param verify whether what arrives is compared by SHA-256: all that goes into the sandbox, and
   *     large files that come from it
   */
  public FileTransfer(SshConnection connection, CopyProgress progress, boolean verify) {
    this.connection = connection;
    this.progress = progress;
    this.verify = verify;
  }

  /**
   * Copies files and directories into the sandbox.
   *
   * @throws CliException (FILE) if the only source is not there; (NOT_FOUND, CONFLICT) if the
   *     target cannot take them; (REFUSED) if the sandbox cannot, as with a full disk
   */
  public CopyResult upload(List<Path> sources, String target) {
    Tally tally = new Tally(progress);
    new Upload(connection, tally, verify).send(sources, RemotePath.of(target));
    return tally.result();
  }

  /**
   * Copies a stream to its end into a file of the sandbox.
   *
   * @throws CliException (FILE) if it cannot be read to its end, (USAGE) if the target can be no
   *     file, (REFUSED) if the sandbox cannot take it; there is no file then
   */
  public CopyResult upload(InputStream source, String target) {
    Tally tally = new Tally(progress);
    RemotePath path = RemotePath.of(target);
    if (!path.hasOwnName() || path.endsWithSlash()) {
      throw new CliException(ErrorKind.USAGE, "a stream needs the name of a file for a target");
    }
    new UploadFile(connection, tally, verify).send(source, path);
    return tally.result();
  }

  /**
   * Copies files and directories of the sandbox to here.
   *
   * @param target a directory that is there, or what the only source is to become
   * @throws CliException (NOT_FOUND) if the only source is not there; (FILE, CONFLICT) if the
   *     target cannot take them
   */
  public CopyResult download(List<String> sources, Path target) {
    Tally tally = new Tally(progress);
    new Download(connection, tally, verify)
        .fetch(sources.stream().map(RemotePath::of).toList(), target);
    return tally.result();
  }

  /**
   * Copies the bytes of a file of the sandbox into a stream, which is not closed.
   *
   * @throws CliException (REFUSED) if it cannot be read to its end
   * @throws run.mags.terminal.OutputException if the stream cannot be written
   */
  public CopyResult download(String source, OutputStream target) {
    Tally tally = new Tally(progress);
    new Download(connection, tally, verify).fetch(RemotePath.of(source), target);
    return tally.result();
  }
}
