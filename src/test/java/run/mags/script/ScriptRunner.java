package run.mags.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import run.mags.testing.MagsProcess;

/** Runs a script: unpacks its files, then does what its lines say until one of them fails. */
final class ScriptRunner {
  private final MagsProcess mags;
  private final RequestLog requests;

  /** Scripts run {@code mags} with this; what it sends is in {@code requests}. */
  ScriptRunner(MagsProcess mags, RequestLog requests) {
    this.mags = mags;
    this.requests = requests;
  }

  /**
   * Runs {@code script}.
   *
   * @param name what failures call it
   * @param script the text of a txtar archive
   * @param work an empty directory, where the script begins
   * @param env the environment that the commands begin with
   * @throws AssertionError if a line fails; it tells the line and everything that was done before
   */
  void run(String name, String script, Path work, Map<String, String> env)
      throws IOException, InterruptedException {
    Txtar archive = Txtar.parse(script);
    for (Txtar.File file : archive.files()) {
      Path path = work.resolve(file.name());
      Files.createDirectories(path.getParent());
      Files.write(path, file.content().getBytes(StandardCharsets.UTF_8));
    }
    ScriptState state = new ScriptState(mags, requests, work, env);
    List<String> lines = archive.comment();
    boolean ranMags = false;
    for (int i = 0; i < lines.size(); i++) {
      try {
        state.perform(lines.get(i));
      } catch (AssertionError failed) {
        throw new AssertionError(
            name + ":" + (i + 1) + ": " + failed.getMessage() + "\n" + state.transcript(), failed);
      }
      ranMags |= state.ranMags();
    }
    if (!ranMags) {
      throw new AssertionError(name + " never runs mags");
    }
  }
}
