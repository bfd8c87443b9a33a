package run.mags.client;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import run.mags.error.CliException;
import run.mags.ssh.SshConnection;
import run.mags.transfer.CopyProgress;
import run.mags.transfer.CopyResult;
import run.mags.transfer.FileTransfer;

/**
 * The files of one sandbox, copied to and from it as {@code mags cp} does, which {@link
 * FileTransfer} describes. Each call makes a connection of its own, which wakes the sandbox.
 *
 * <p>Besides what {@link FileTransfer} names, all throw {@link CliException} as {@link
 * MagsClient#connect} does.
 */
public final class SandboxFiles {
  private final MagsClient mags;
  private final String nameOrId;

  SandboxFiles(MagsClient mags, String nameOrId) {
    this.mags = mags;
    this.nameOrId = nameOrId;
  }

  /** Copies files and directories into it; {@code target} is below its home directory. */
  public CopyResult upload(List<Path> sources, String target) {
    return over(transfer -> transfer.upload(sources, target));
  }

  /** Copies a stream to its end into a file of it. */
  public CopyResult upload(InputStream source, String target) {
    return over(transfer -> transfer.upload(source, target));
  }

  /** Copies files and directories from it to here. */
  public CopyResult download(List<String> sources, Path target) {
    return over(transfer -> transfer.download(sources, target));
  }

  /** Copies the bytes of a file of it into a stream, which is not closed. */
  public CopyResult download(String source, OutputStream target) {
    return over(transfer -> transfer.download(source, target));
  }

  private interface Copying {
    CopyResult with(FileTransfer transfer);
  }

  private CopyResult over(Copying copying) {
    Duration limit = MagsClient.DEFAULT_LIMIT;
    try (SshConnection connection = mags.connect(nameOrId, limit)) {
      return copying.with(new FileTransfer(connection, CopyProgress.NONE, true));
    }
  }
}
