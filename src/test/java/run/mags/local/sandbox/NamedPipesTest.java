package run.mags.local.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedPipesTest {
  @TempDir Path directory;

  private static String read(ReadableByteChannel channel) throws IOException {
    try (channel) {
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void theOutputOfAChildThatOutlivesItsParentArrives() throws Exception {
    NamedPipes pipes = NamedPipes.in(directory.resolve("pipes"));
    ReadableByteChannel output;
    Process process;
    try (NamedPipe pipe = pipes.take()) {
      output = pipe.reading();
      process =
          new ProcessBuilder("sh", "-c", "(while kill -0 $$; do :; done; echo late)& echo now")
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(pipe.writing())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    }
    assertThat(process.waitFor()).isZero();

    assertThat(read(output)).isEqualTo("now\nlate\n");
  }

  @Test
  void eachIsUsedOnceAndLeavesNoName() throws Exception {
    Path place = directory.resolve("pipes");
    Files.createDirectories(place.resolve("of the backend before"));
    NamedPipes pipes = NamedPipes.in(place, 2);
    for (int i = 0; i < 5; i++) {
      ReadableByteChannel output;
      try (NamedPipe pipe = pipes.take()) {
        output = pipe.reading();
      }
      assertThat(read(output)).isEmpty();
    }
    assertThat(files(place)).isEqualTo(1);
    assertThat(Files.getPosixFilePermissions(place)).hasSize(3);

    pipes.remove();

    assertThat(place).doesNotExist();
  }

  @Test
  void aReaderCanBeTakenAwayWhileItReads() throws Exception {
    NamedPipes pipes = NamedPipes.in(directory.resolve("pipes"));
    try (NamedPipe pipe = pipes.take()) {
      ReadableByteChannel output = pipe.reading();
      Thread reader = new Thread(() -> readQuietly(output));
      reader.start();

      output.close();
      reader.join(10_000);

      assertThat(reader.isAlive()).isFalse();
    }
  }

  private static void readQuietly(ReadableByteChannel channel) {
    try {
      read(channel);
    } catch (IOException closed) {
      // As it should be.
    }
  }
}
