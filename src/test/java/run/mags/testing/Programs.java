package run.mags.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What is installed on this machine. */
public final class Programs {
  private Programs() {}

  /** Skips a test that needs a program which is not on the PATH. */
  public static void assumeInstalled(String program) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    assumeTrue(there, "SKIPPED: no " + program);
  }
}
