package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.OpenSshServer;

final class SshExecutorTest {
  @Test
  void smoke(@TempDir Path dir) throws Exception {
    try (OpenSshServer server = OpenSshServer.start(dir.resolve("sshd"))) {
      SshExecutor executor =
          new SshExecutor(new HostKeyPolicy(dir.resolve("known")), System.err::println);
      for (int i = 0; i < 5; i++) {
        try (SshConnection c = executor.connect(server.target("vm1"), Duration.ofSeconds(10))) {
          for (int j = 0; j < 3; j++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code =
                c.exec(
                    RemoteCommand.of("echo hi; echo $HOME; echo x >&2; exit 3"),
                    new ExecStreams(null, out, err),
                    Duration.ofSeconds(10));
            assertThat(
                    code
                        + out.toString(java.nio.charset.StandardCharsets.UTF_8)
                        + err.toString(java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("3hi\n" + server.home() + "\nx\n");
          }
        }
      }
      System.err.println(server.log());
    }
  }
}
