package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
  @TempDir Path directory;

  @Test
  void deletesWhatHasNoPermissions() throws Exception {
    Path tree = directory.resolve("tree");
    Files.createDirectories(tree.resolve("a/b"));
    Files.createFile(tree.resolve("a/b/c"));
    Files.createSymbolicLink(tree.resolve("a/link"), directory);
    for (String name : List.of("a/b", "a", ".")) {
      Files.setPosixFilePermissions(
          tree.resolve(name), PosixFilePermissions.fromString("---------"));
    }

    DirectoryTree.delete(tree);
    DirectoryTree.delete(tree);

    assertThat(tree).doesNotExist();
    assertThat(directory).exists();
  }

  /** A guest can make directories deeper than any path that names them. */
  @Test
  void deletesWhatIsTooDeepForAPath() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("deep"));
    String script =
        "d=dddddddddddddddddddddddddddddddddddddddddddddddddd; i=0;"
            + " while [ $i -lt 120 ]; do mkdir $d && cd -P $d || exit 1; i=$((i+1)); done";
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script).directory(tree.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();

    Sandboxes.erase(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void copiesModesAndLinksWholeOrNotAtAll() throws Exception {
    Path source = Files.createDirectories(directory.resolve("source"));
    Files.writeString(source.resolve("file"), "text");
    Files.setPosixFilePermissions(
        source.resolve("file"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("nowhere"));
    Path target = directory.resolve("target");
    Files.createDirectories(directory.resolve("target.unfinished/old"));

    DirectoryTree.copy(Tools.find(), source, target);

    assertThat(target.resolve("file")).hasContent("text");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("file"))))
        .isEqualTo("rwxr-x---");
    assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("nowhere"));
    assertThat(directory.resolve("target.unfinished")).doesNotExist();
  }

  @Test
  void writesForTheOwnerOnly() throws Exception {
    Path file = directory.resolve("file");

    DirectoryTree.write(file, "é");
    DirectoryTree.write(file, "è");

    assertThat(file).hasContent("è");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory)
        .isDirectoryContaining("glob:**file")
        .isDirectoryNotContaining("glob:**-*");
  }
}
