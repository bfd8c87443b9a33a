package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import run.mags.api.model.Json;

/**
 * The cron jobs on disk, a file each, replaced in one step.
 *
 * @param root their directory
 * @param warnings the backend's own log
 */
record CronStore(Path root, Consumer<String> warnings) {
  private static final String SUFFIX = ".json";

  /** All of them; what cannot be read is left where it is, with a warning. */
  List<CronRecord> load() throws IOException {
    List<CronRecord> found = new ArrayList<>();
    OwnerOnly.removeHalves(root);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          CronRecord cron = CronRecord.read(Json.read(Files.readString(file)));
          if (cron == null || !file.equals(file(cron))) {
            throw new IOException("it is incomplete");
          }
          found.add(cron);
        } catch (IOException e) {
          skipped(file, StateDirectory.reason(e));
        } catch (ApiRefusal e) {
          skipped(file, e.getMessage());
        }
      }
    }
    return found;
  }

  private void skipped(Path file, String reason) {
    warnings.accept("the cron job in " + file + " is skipped, as it cannot be read: " + reason);
  }

  /** Writes one down. */
  void save(CronRecord cron) throws IOException {
    byte[] json = (Json.write(cron.toDisk()) + "\n").getBytes(StandardCharsets.UTF_8);
    OwnerOnly.replace(file(cron), json);
  }

  /** Removes one. */
  void remove(CronRecord cron) throws IOException {
    Files.deleteIfExists(file(cron));
  }

  private Path file(CronRecord cron) {
    return root.resolve(cron.id + SUFFIX);
  }
}
