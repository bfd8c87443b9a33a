package run.mags.command;

import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.MagsProcess;
import run.mags.testing.Programs;

/** Files that are sent with a job, by the built image. */
class UploadIT {
  private static final long LARGE = 300L << 20;

  @TempDir private Path directory;

  private Map<String, String> environment(Path home) {
    Map<String, String> env = new HashMap<>();
    env.put("HOME", home.toString());
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("LC_ALL", "C.UTF-8");
    env.put("PATH", System.getenv("PATH"));
    return env;
  }

  @Test
  void aFileLargerThanMemoryArrivesWhole() throws Exception {
    Path file = directory.resolve("large.bin");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(LARGE);
      byte[] noise = new byte[1 << 16];
      Random random = new Random(1);
      for (long at = 12_345; at < LARGE; at += 7_654_321) {
        random.nextBytes(noise);
        large.seek(at);
        large.write(noise, 0, (int) Math.min(noise.length, LARGE - at));
      }
    }
    LocalOptions options =
        LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN);
    CliResult result;
    try (LocalBackend backend = LocalBackend.start(options)) {
      Map<String, String> env = environment(directory);
      env.put("MAGS_API_URL", backend.url().toString());
      env.put("MAGS_API_TOKEN", backend.token());
      env.put("MAGS_JAVA_OPTS", "-Xms16m -Xmn8m -Xmx40m");
      List<String> run = List.of("run", "-f", "large.bin", "sha256sum < large.bin");
      result = CliProcess.launcher().run(run, new byte[0], env, directory);
    }

    assertThat(result).exits(0).prints(sha256(file) + "  -\n");
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void aFileThatMayNotBeReadIsSaidBeforeAnythingIsSent() throws Exception {
    Programs.assumeInstalled("setpriv");
    // Not a @TempDir, which only its owner may enter; nor may others enter where this was built.
    Path home = Files.createTempDirectory("mags-upload");
    try {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      copy(CliProcess.image(), home.resolve("mags"));
      Path secret = Files.writeString(home.resolve("secret.txt"), "secret");
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
      Map<String, String> env = environment(Path.of("/nonexistent"));
      env.put("MAGS_API_URL", "http://127.0.0.1:1");
      env.put("MAGS_API_TOKEN", "not-a-real-token");

      CliResult result =
          plainUser(home.resolve("mags/bin/mags"))
              .run(List.of("run", "-f", "secret.txt", "true"), new byte[0], env, home);

      assertThat(result)
          .exits(125)
          .printsNothing()
          .warns("error: cannot read " + secret + ": permission denied\nhint: nothing was sent\n");
    } finally {
      try (Stream<Path> all = Files.walk(home)) {
        for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** As someone whom permissions stop, which they do not stop root. */
  private static MagsProcess plainUser(Path launcher) {
    List<String> words = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    }
    words.add(launcher.toString());
    return new CliProcess(words.toArray(String[]::new));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      Path runtime = from.resolve("runtime");
      for (Path path : all.filter(one -> !one.startsWith(runtime)).toList()) {
        Path target = Files.copy(path, to.resolve(from.relativize(path).toString()));
        boolean open = Files.isDirectory(path) || Files.isExecutable(path);
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }
}
