package run.mags.local;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import run.mags.local.sandbox.Sandbox;

/**
 * Files that were sent to be used by jobs: each in a directory named by its id, with its content
 * and its name. They go some days after they came.
 */
final class UploadedFiles {
  /** Where they are in the state directory. */
  static final String DIRECTORY = "files";

  private static final Duration KEPT = Duration.ofDays(7);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final String CONTENT = "content";
  private static final String NAME = "name";

  /** When those that are too old were last looked for; many may come at once. */
  private final AtomicReference<Instant> pruned = new AtomicReference<>(Instant.EPOCH);

  private final Path directory;

  private UploadedFiles(Path directory) {
    this.directory = directory;
  }

  /** The files in a directory that exists. */
  static UploadedFiles in(Path directory) {
    return new UploadedFiles(directory);
  }

  /** The same before anybody sends one: what a crash cut off goes. */
  static UploadedFiles open(Path directory) throws IOException {
    OwnerOnly.removeHalves(directory);
    return in(directory);
  }

  /** Takes a file from a form and answers its id. Half a file is never left. */
  String take(String contentType, InputStream body) throws IOException {
    prune();
    String id = UUID.randomUUID().toString();
    Path fresh = OwnerOnly.half(directory.resolve(id));
    try {
      String name;
      try (OutputStream sink =
          new BufferedOutputStream(
              Channels.newOutputStream(
                  OwnerOnly.open(
                      fresh.resolve(CONTENT),
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))),
              64 * 1024)) {
        name = MultipartFile.copy(contentType, body, new DiskSink(sink));
      }
      OwnerOnly.replace(fresh.resolve(NAME), name.getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, directory.resolve(id));
      return id;
    } finally {
      OwnerOnly.removeTree(fresh);
    }
  }

  /** Whether there is a file of this id. */
  boolean has(String id) {
    return ID.matcher(id).matches() && Files.isRegularFile(directory.resolve(id).resolve(NAME));
  }

  /** Puts files into a sandbox's home directory under their names. */
  void place(List<String> ids, Sandbox sandbox) throws IOException {
    List<PlacedFiles.Placed> files = new ArrayList<>();
    for (String id : ids) {
      if (!has(id)) {
        throw new IOException("file not found: " + id);
      }
      Path file = directory.resolve(id);
      files.add(
          new PlacedFiles.Placed(file.resolve(CONTENT), Files.readString(file.resolve(NAME))));
    }
    PlacedFiles.place(files, sandbox);
  }

  /** Keeps what the disk cannot take apart from what the client does not send. */
  private static final class DiskSink extends FilterOutputStream {
    DiskSink(OutputStream file) {
      super(file);
    }

    @Override
    public void write(int one) {
      try {
        out.write(one);
      } catch (IOException full) {
        throw notStored(full);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException full) {
        throw notStored(full);
      }
    }
  }

  private static ApiRefusal notStored(IOException full) {
    return new ApiRefusal(507, "the file cannot be stored: " + StateDirectory.reason(full));
  }

  private void prune() throws IOException {
    Instant now = Instant.now();
    Instant last = pruned.get();
    if (now.isBefore(last.plus(BETWEEN_LOOKS)) || !pruned.compareAndSet(last, now)) {
      return;
    }
    Instant oldest = now.minus(KEPT);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry).toInstant().isBefore(oldest)) {
          OwnerOnly.removeTree(entry);
        }
      }
    }
  }
}
