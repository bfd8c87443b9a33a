package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final String TABLE =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      23 22 8:2 / /usr ro,nosuid,nodev,noatime shared:2 - ext4 /dev/sda2 rw
      24 23 8:3 / /usr/my\\040share rw,noexec - ext4 /dev/sda3 rw
      25 23 8:4 / /usr/local rw,nodev - ext4 /dev/sda4 rw
      26 25 0:9 / /usr/local/deep rw - tmpfs tmpfs rw
      27 23 8:5 / /usr/local rw,nosuid,relatime - ext4 /dev/sda5 rw
      """;

  private final MountTable table = MountTable.of(TABLE);

  @Test
  void findsTheFlagsOfTheMountThatAPathLiesOn() {
    assertThat(table.flags(Path.of("/usr/bin/sh"))).containsExactly("nosuid", "nodev", "noatime");
    assertThat(table.flags(Path.of("/usr/my share/x"))).containsExactly("noexec");
    assertThat(table.flags(Path.of("/usrlocal"))).containsExactly("relatime");
  }

  @Test
  void knowsThatALaterMountCoversAnEarlierOne() {
    assertThat(table.flags(Path.of("/usr/local"))).containsExactly("nosuid", "relatime");
  }

  @Test
  void listsWhatIsMountedBelow() {
    assertThat(table.below(Path.of("/usr")))
        .containsExactly(
            Path.of("/usr/local"), Path.of("/usr/local/deep"), Path.of("/usr/my share"));
    assertThat(table.below(Path.of("/opt"))).isEmpty();
  }
}
