package run.mags.script;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.InProcessMags;

/** Every script, with the program inside of this process. */
class ScriptTest {
  @TestFactory
  Stream<DynamicTest> scripts(@TempDir Path temp) throws IOException, URISyntaxException {
    return new ScriptSuite(new InProcessMags(), temp).tests();
  }
}
