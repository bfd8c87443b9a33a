package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;

/** The file of a log: crashes, limits, snapshots. */
class LogFileTest {
  @TempDir Path directory;

  @Test
  void anEmptyLogIsAnEmptyArray() throws IOException {
    assertThat(answer(LogFile.of(directory.resolve("log")).snapshot())).isEqualTo("{\"logs\":[]}");
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    Path file = directory.resolve("log");
    LogFile.of(file).remark("secret");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatCouldNotBeWrittenIsSaidAsSoonAsItCanBe() throws IOException {
    Path file = directory.resolve("log");
    LogFile log = LogFile.of(file);
    log.remark("before");
    log.rest();
    Path kept = Files.move(file, directory.resolve("kept"));
    Files.createSymbolicLink(file, Path.of("/dev/full"));

    assertThatThrownBy(() -> log.remark("lost")).isInstanceOf(IOException.class);
    log.rest();
    Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
    log.remark("after");

    assertThat(log.lost()).isEqualTo("No space left on device");
    assertThat(Json.read(answer(log.snapshot())).get("logs").findValuesAsText("message"))
        .containsExactly("before", "output is missing here: No space left on device", "after");
  }

  @Test
  void aSnapshotDoesNotGrow() throws IOException {
    LogFile log = LogFile.of(directory.resolve("log"));
    log.remark("one");
    LogFile.Snapshot snapshot = log.snapshot();
    log.remark("two");

    assertThat(Json.read(answer(snapshot)).get("logs")).hasSize(1);
    assertThat(Json.read(answer(log.snapshot())).get("logs")).hasSize(2);
  }

  @Test
  void whatACrashLeftHalfWrittenIsCutOff() throws IOException {
    Path file = directory.resolve("log");
    LogFile.of(file).remark("whole");
    Files.writeString(file, "{\"timestamp\":\"" + "x".repeat(200_000), StandardOpenOption.APPEND);

    LogFile log = LogFile.of(file);
    log.remark("next");

    JsonNode logs = Json.read(answer(log.snapshot())).get("logs");
    assertThat(logs.findValuesAsText("message")).containsExactly("whole", "next");
  }

  @Test
  void aLogOfTornBytesOnlyIsEmptied() throws IOException {
    Path file = directory.resolve("log");
    Files.writeString(file, "torn");

    assertThat(answer(LogFile.of(file).snapshot())).isEqualTo("{\"logs\":[]}");
    assertThat(Files.size(file)).isZero();
  }

  @Test
  void aFullLogSaysSoOnceAndStopsGrowing() throws IOException {
    LogFile log = LogFile.of(directory.resolve("log"), 1_000);
    for (int i = 0; i < 100; i++) {
      log.remark("line " + i);
    }

    JsonNode logs = Json.read(answer(log.snapshot())).get("logs");
    assertThat(logs.get(logs.size() - 1).get("message").asText())
        .isEqualTo("the log has reached its limit of 1000 bytes; what follows is dropped");
    assertThat(logs.size()).isBetween(5, 20);
  }

  @Test
  void itGoesOnAfterARest() throws IOException {
    LogFile log = LogFile.of(directory.resolve("log"));
    log.remark("one");
    log.rest();
    log.remark("two");

    assertThat(Json.read(answer(log.snapshot())).get("logs").findValuesAsText("message"))
        .containsExactly("one", "two");
  }

  private static String answer(LogFile.Snapshot snapshot) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    snapshot.answer(out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
