package run.mags.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A way to run mags: in this process, or as its users do. */
public interface MagsProcess {
  /**
   * Runs one command line to its end.
   *
   * @param stdin all that the command can read; never a terminal
   * @param env the whole environment, which holds at least HOME and PATH
   * @param cwd the working directory
   */
  CliResult run(List<String> args, byte[] stdin, Map<String, String> env, Path cwd)
      throws IOException, InterruptedException;
}
