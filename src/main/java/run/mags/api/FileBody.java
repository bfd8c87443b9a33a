package run.mags.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** A file as a request's body, streamed from disk however large it is. */
final class FileBody extends RequestBody {
  private static final MediaType ANY_BYTES = MediaType.get("application/octet-stream");
  private static final int PIECE = 1 << 16;

  private final Path file;
  private final LongConsumer sent;
  private long size = -1;

  /**
   * A body.
   *
   * @param sent takes how many bytes were handed over so far
   */
  FileBody(Path file, LongConsumer sent) {
    this.file = file;
    this.sent = sent;
  }

  @Override
  public MediaType contentType() {
    return ANY_BYTES;
  }

  /** The size when it was first asked for: what has been promised by then is what is sent. */
  @Override
  public long contentLength() throws IOException {
    if (size < 0) {
      try {
        size = Files.size(file);
      } catch (IOException gone) {
        throw unreadable(gone);
      }
    }
    return size;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    byte[] piece = new byte[PIECE];
    long promised = contentLength();
    long count = 0;
    try (InputStream in = open()) {
      for (int read = read(in, piece); read >= 0; read = read(in, piece)) {
        count += read;
        if (count > promised) {
          throw changed();
        }
        sink.write(piece, 0, read);
        sent.accept(count);
      }
    }
    if (count < promised) {
      throw changed();
    }
  }

  private InputStream open() throws LocalFileException {
    try {
      return Files.newInputStream(file);
    } catch (IOException gone) {
      throw unreadable(gone);
    }
  }

  private int read(InputStream in, byte[] piece) throws LocalFileException {
    try {
      return in.read(piece);
    } catch (IOException broken) {
      throw unreadable(broken);
    }
  }

  private LocalFileException unreadable(IOException why) {
    String reason = why instanceof NoSuchFileException ? "it is gone" : why.getMessage();
    return new LocalFileException("cannot read " + file + ": " + reason, why);
  }

  private LocalFileException changed() {
    return new LocalFileException(file + " was changed while it was sent", null);
  }
}
