package run.mags.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.mags.local.sandbox.Sandbox;

/**
 * Files that are put into a sandbox's home directory. Many go through one process: entering a
 * sandbox takes longer than writing a small file.
 */
final class PlacedFiles {
  /** Their names are an environment, which may take 2 MB in all. */
  private static final int AT_ONCE = 250;

  /**
   * Its working directory is the job's home; the names come by the environment, as they are. head
   * takes no byte beyond those that it is to take.
   */
  private static final List<String> STORE =
      List.of(
          "/bin/sh",
          "-c",
          """
          umask 022
          i=0
          while [ "$i" -lt "$MAGS_FILES" ]; do
            eval "name=\\$MAGS_NAME_$i size=\\$MAGS_SIZE_$i"
            head -c "$size" >"./$name" || exit
            i=$((i + 1))
          done
          """);

  private PlacedFiles() {}

  /** A file of this host and its name in the sandbox. */
  record Placed(Path content, String name) {}

  /**
   * Puts them there.
   *
   * @throws IOException with what is to be said, if one of them cannot be stored
   */
  static void place(List<Placed> files, Sandbox sandbox) throws IOException {
    for (int from = 0; from < files.size(); from += AT_ONCE) {
      store(files.subList(from, Math.min(files.size(), from + AT_ONCE)), sandbox);
    }
  }

  private static void store(List<Placed> files, Sandbox sandbox) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("MAGS_FILES", Integer.toString(files.size()));
    for (int i = 0; i < files.size(); i++) {
      environment.put("MAGS_NAME_" + i, files.get(i).name());
      environment.put("MAGS_SIZE_" + i, Long.toString(Files.size(files.get(i).content())));
    }
    Process copy =
        sandbox.inner(environment, STORE).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    boolean fed = feed(files, copy);
    String said = new String(copy.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (copy.waitFor() != 0 || !fed) {
        String what =
            files.size() == 1
                ? "the file " + files.get(0).name()
                : "one of the files that were sent";
        throw new IOException(what + " cannot be stored: " + said.strip());
      }
    } catch (InterruptedException interrupt) {
      copy.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupt);
    }
  }

  /** Whether all was taken; the process says what has gone wrong. */
  private static boolean feed(List<Placed> files, Process copy) {
    try (OutputStream in = copy.getOutputStream()) {
      for (Placed file : files) {
        Files.copy(file.content(), in);
      }
      return true;
    } catch (IOException closed) {
      return false;
    }
  }
}
