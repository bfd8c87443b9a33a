package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why an input or output operation failed, in words: Java's own messages may be a bare path. */
final class Reason {
  private Reason() {}

  /** One line that names the path and the reason. */
  static String of(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied: " + failure.getMessage();
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file: " + failure.getMessage();
    }
    if (failure instanceof FileSystemException && failure.getMessage() != null) {
      return failure.getMessage();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
