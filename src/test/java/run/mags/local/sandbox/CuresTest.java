package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CuresTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "proc/sys/user/max_user_namespaces, 0, user.max_user_namespaces=15000",
    "proc/sys/kernel/unprivileged_userns_clone, 0, kernel.unprivileged_userns_clone=1",
    "proc/sys/kernel/apparmor_restrict_unprivileged_userns, 1, restrict_unprivileged_userns=0",
    ".dockerenv, '', --privileged",
    "run/.containerenv, '', --privileged",
    "proc/sys/user/max_user_namespaces, 100, as root",
  })
  void explainsARefusal(String file, String content, String cure) throws Exception {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), content + "\n");

    assertThat(new Cures(root, false).forNamespaces()).contains(cure);
  }

  @Test
  void hasAnAnswerToEverythingElse() {
    assertThat(new Cures(root, false).forNamespaces()).contains("as root");
    assertThat(new Cures(root, true).forNamespaces()).contains("where root may mount");
  }
}
