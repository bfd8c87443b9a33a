package run.mags.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import run.mags.KeptMags;

/** The quick scripts once more: what a keeper may run, all of one keeper. */
class KeptScriptIT {
  @TempDir private static Path temp;

  private static KeptMags mags;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    mags = new KeptMags(temp);
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    mags.close();
  }

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> scripts(@TempDir Path scripts) throws IOException {
    return ScriptSuite.kept(mags, scripts).tests();
  }
}
