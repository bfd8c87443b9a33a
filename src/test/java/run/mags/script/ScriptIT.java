package run.mags.script;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import run.mags.testing.CliProcess;

/** Every script, with the launcher of the image as a user has it. */
class ScriptIT {
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> scripts(@TempDir Path temp) throws IOException, URISyntaxException {
    return new ScriptSuite(CliProcess.launcher(), temp).tests();
  }
}
