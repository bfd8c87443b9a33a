package run.mags.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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

  @Override
  public long contentLength() throws IOException {
    return Files.size(file);
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    byte[] piece = new byte[PIECE];
    long count = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        sink.write(piece, 0, read);
        count += read;
        sent.accept(count);
      }
    }
  }
}
