package run.mags.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be used, in words: Java's own message is often the path alone. */
public final class FileReason {
  private FileReason() {}

  /** The reason without the path, which whoever says it has named already. */
  public static String of(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "something else of that name is there";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (failure instanceof FileSystemException file) {
      return file.getReason() == null ? "the system gives no reason" : file.getReason();
    }
    return failure.getMessage() == null ? "the system gives no reason" : failure.getMessage();
  }
}
