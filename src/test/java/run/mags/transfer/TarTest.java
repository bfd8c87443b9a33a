package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives, also from a sandbox that means us harm. */
final class TarTest {
  @TempDir Path directory;
  private Path stage;
  private final Tally tally = new Tally(CopyProgress.NONE);
  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(archive);

  @BeforeEach
  void makeStage() throws IOException {
    stage = Files.createDirectory(directory.resolve("stage"));
  }

  private void add(TarEntry.Type type, String path, String target) {
    byte[] data = type == TarEntry.Type.FILE ? "evil".getBytes(UTF_8) : new byte[0];
    tar.add(new TarEntry(type, path, target, 0755, 1_000_000_000, data.length), data);
  }

  private List<Skipped> extract(int piece) throws IOException {
    tar.end();
    TarParser parser = new TarParser(new Arrivals(stage, "top", false, tally));
    byte[] bytes = archive.toByteArray();
    for (int i = 0; i < bytes.length; i += piece) {
      parser.write(bytes, i, Math.min(piece, bytes.length - i));
    }
    assertThat(parser.isWhole()).isTrue();
    return tally.result().skipped();
  }

  private List<String> outside() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512, 100_000})
  void whatIsWrittenIsRead(int piece) throws IOException {
    String longName = "./" + "n".repeat(120) + "/" + "ü".repeat(120);
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.DIRECTORY, "./" + "n".repeat(120) + "/", "");
    add(TarEntry.Type.FILE, longName, "");
    add(TarEntry.Type.SYMBOLIC_LINK, "./link", "t".repeat(200));
    add(TarEntry.Type.HARD_LINK, "./hard", longName);
    add(TarEntry.Type.FILE, "./a\nb:c", "");

    assertThat(extract(piece)).isEmpty();

    assertThat(stage.resolve("top").resolve(longName)).hasContent("evil");
    assertThat(Files.getLastModifiedTime(stage.resolve("top").resolve(longName)).toMillis())
        .isEqualTo(1_000_000_000_000L);
    assertThat(Files.readSymbolicLink(stage.resolve("top/link")).toString()).hasSize(200);
    assertThat(stage.resolve("top/hard")).hasContent("evil");
    assertThat(stage.resolve("top/a\nb:c")).hasContent("evil");
    assertThat(tally.result().files()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "/evil",
        "./a/../../evil",
        "a/../../../evil",
        "missing/evil",
        "..",
        "./.."
      })
  void nothingIsWrittenOutside(String path) throws IOException {
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.DIRECTORY, "./a", "");
    add(TarEntry.Type.FILE, path, "");

    assertThat(extract(512)).hasSize(1);

    assertThat(outside()).containsExactly("stage");
    assertThat(Files.exists(Path.of("/evil"))).isFalse();
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    Path prey = Files.createDirectory(directory.resolve("prey"));
    Files.writeString(prey.resolve("file"), "mine");
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.SYMBOLIC_LINK, "./d", prey.toString());
    add(TarEntry.Type.FILE, "./d/evil", "");
    add(TarEntry.Type.DIRECTORY, "./d", "");
    add(TarEntry.Type.FILE, "./d/evil", "");
    add(TarEntry.Type.SYMBOLIC_LINK, "./f", prey.resolve("file").toString());
    add(TarEntry.Type.FILE, "./f", "");
    add(TarEntry.Type.HARD_LINK, "./h", "../../prey/file");
    add(TarEntry.Type.HARD_LINK, "./h", prey.resolve("file").toString());
    add(TarEntry.Type.HARD_LINK, "./h", "./f");
    add(TarEntry.Type.HARD_LINK, "./h", "./d/file");

    assertThat(extract(512)).hasSize(8);

    assertThat(prey.resolve("file")).hasContent("mine");
    assertThat(prey.resolve("evil")).doesNotExist();
    assertThat(Files.exists(stage.resolve("top/h"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void namesThatAreNoTextAndDevicesAreSkipped() throws IOException {
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.OTHER, "./device", "");
    add(TarEntry.Type.FILE, "./x\0y", "");
    int at = archive.size();
    add(TarEntry.Type.FILE, "./ab", "");
    byte[] bytes = archive.toByteArray();
    bytes[at + 3] = (byte) 0xff;
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? 0 : bytes[at + i] & 0xff;
    }
    byte[] octal = String.format("%06o\0 ", sum).getBytes(UTF_8);
    System.arraycopy(octal, 0, bytes, at + 148, 8);
    archive.reset();
    archive.writeBytes(bytes);

    assertThat(extract(512)).hasSize(2);
    assertThat(stage.resolve("top/x")).hasContent("evil");
  }

  @Test
  void whatIsNoArchiveIsRefused() {
    TarParser parser = new TarParser(new Arrivals(stage, "top", false, tally));
    byte[] noise = new byte[5120];
    new Random(3).nextBytes(noise);

    assertThatThrownBy(() -> parser.write(noise)).isInstanceOf(CopyStopped.class);
  }

  /** Whatever bits a sandbox turns, nothing else than a refusal may come of it. */
  @Test
  void brokenArchivesDoNoHarm() throws IOException {
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.FILE, "./" + "n".repeat(150), "");
    add(TarEntry.Type.SYMBOLIC_LINK, "./link", "t".repeat(200));
    byte[] whole = archive.toByteArray();
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      byte[] broken = whole.clone();
      broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      Path mine = Files.createDirectory(stage.resolve("r" + round));
      TarParser parser = new TarParser(new Arrivals(mine, ".", false, tally));
      try {
        parser.write(broken);
      } catch (CopyStopped refused) {
        assertThat(refused.failure().getMessage()).contains("broken archive");
      }
    }
    assertThat(outside()).containsExactly("stage");
  }

  @Test
  void linksAtTheDestinationAreNotFollowed() throws IOException {
    Path prey = Files.createDirectory(directory.resolve("prey"));
    Files.writeString(prey.resolve("file"), "mine");
    Path target = Files.createDirectories(directory.resolve("target/top"));
    Files.createSymbolicLink(target.resolve("d"), prey);
    Files.createSymbolicLink(target.resolve("file"), prey.resolve("file"));
    add(TarEntry.Type.DIRECTORY, ".", "");
    add(TarEntry.Type.DIRECTORY, "./d", "");
    add(TarEntry.Type.FILE, "./d/file", "");
    add(TarEntry.Type.FILE, "./file", "");
    extract(512);

    new Placing(tally).moveAll(stage, directory.resolve("target"));

    assertThat(tally.result().skipped())
        .containsExactly(new Skipped(target.resolve("d").toString(), "a symbolic link is there"));
    assertThat(prey.resolve("file")).hasContent("mine");
    assertThat(target.resolve("file")).hasContent("evil");
    assertThat(Files.isSymbolicLink(target.resolve("file"))).isFalse();
    assertThat(tally.result().files()).isEqualTo(1);
  }
}
