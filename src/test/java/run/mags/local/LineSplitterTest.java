package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;

/** How output becomes log entries. */
class LineSplitterTest {
  @TempDir Path directory;
  private LogFile log;
  private LineSplitter lines;

  @BeforeEach
  void open() throws IOException {
    log = LogFile.of(directory.resolve("log"));
    lines = new LineSplitter(log, LogEntry.STDOUT);
  }

  @Test
  void everyLineIsAnEntryHoweverTheBytesArrive() throws IOException {
    for (byte b : "one\n\ntwo\r\nth€ee\n".getBytes(StandardCharsets.UTF_8)) {
      lines.accept(new byte[] {b}, 1);
    }

    assertThat(messages()).containsExactly("one", "", "two\r", "th€ee");
    assertThat(entries()).noneMatch(entry -> Boolean.TRUE.equals(entry.partial()));
  }

  @Test
  void aBeginningIsAPartialEntryAndItsEndFollows() throws IOException {
    accept("half");
    lines.flushWhole();
    accept(" whole\n");

    assertThat(entries().get(0).partial()).isTrue();
    assertThat(entries().get(1).partial()).isNull();
    assertThat(messages()).containsExactly("half", " whole");
  }

  @Test
  void aCharacterCutOffWaitsForItsEndButNotForEver() throws IOException {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    lines.accept(new byte[] {'a', euro[0], euro[1]}, 3);
    lines.flushWhole();
    assertThat(messages()).containsExactly("a");

    lines.flushAll();
    assertThat(messages()).containsExactly("a", "\uFFFD");
  }

  @Test
  void aLongLineIsCutBetweenCharactersAndLosesNothing() throws IOException {
    String line = "x" + "€𝄞".repeat(LineSplitter.LONGEST / 3);

    accept(line + "\n");

    List<LogEntry> entries = entries();
    assertThat(entries.size()).isGreaterThan(2);
    assertThat(String.join("", messages())).isEqualTo(line);
    assertThat(entries)
        .allMatch(
            entry ->
                entry.message().getBytes(StandardCharsets.UTF_8).length <= LineSplitter.LONGEST);
    assertThat(entries.subList(0, entries.size() - 1)).allMatch(LogEntry::partial);
    assertThat(entries.get(entries.size() - 1).partial()).isNull();
  }

  @Test
  void aLineOfExactlyTheLimitIsOneEntry() throws IOException {
    accept("y".repeat(LineSplitter.LONGEST) + "\nz\n");

    assertThat(messages()).containsExactly("y".repeat(LineSplitter.LONGEST), "z");
  }

  @Test
  void bytesThatAreNoTextDoNotBreakTheLog() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    lines.accept(all, all.length);
    lines.flushAll();

    assertThat(messages()).hasSize(2);
    assertThat(messages().get(0)).startsWith("\u0000\u0001").endsWith("\t");
    assertThat(messages().get(1))
        .startsWith("\u000b\f\r")
        .contains("!\"#", "[\\]")
        .endsWith("\uFFFD");
  }

  private void accept(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lines.accept(bytes, bytes.length);
  }

  private List<String> messages() throws IOException {
    return entries().stream().map(LogEntry::message).toList();
  }

  private List<LogEntry> entries() throws IOException {
    LogFile.Snapshot snapshot = log.snapshot();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    snapshot.answer(answer);
    assertThat(answer.size()).isEqualTo((int) snapshot.answerLength());
    List<LogEntry> entries = new ArrayList<>();
    for (JsonNode entry : Json.read(answer.toString(StandardCharsets.UTF_8)).get("logs")) {
      entries.add(LogEntry.read(entry));
    }
    return entries;
  }
}
