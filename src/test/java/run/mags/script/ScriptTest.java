package run.mags.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The quick scripts, inside of this process. */
class ScriptTest {
  @TestFactory
  Stream<DynamicTest> scripts(@TempDir Path temp) throws IOException {
    return ScriptSuite.inProcess(temp).tests();
  }
}
