package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountsTest {
  private static final HostImage IMAGE = new HostImage(Path.of("/state of\tme/image"));
  private static final MountTable HOST =
      MountTable.of(
          """
          22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
          23 22 8:2 / /usr rw,nosuid - ext4 /dev/sda2 rw
          24 23 8:3 / /usr/my\\040share rw,nodev - ext4 /dev/sda3 rw
          """);

  @Test
  void writesPathsAsTheFormatWantsThem() {
    assertThat(new Mounts(IMAGE, HOST).overlay(2, true, Footing.ROOT))
        .contains(
            "workspace /state\\040of\\011me/image/outer/overlay overlay"
                + " lowerdir=0:1,upperdir=upper,workdir=work,userxattr,index=off,nodev 0 0\n");
  }

  @Test
  void repeatsTheFlagsThatAUserNamespaceMayNotTakeAway() {
    assertThat(new Mounts(IMAGE, HOST).flat(Path.of("/t"), Footing.USER_NAMESPACE))
        .contains("/usr /state\\040of\\011me/image/outer/overlay/usr none rbind,ro,nosuid 0 0\n")
        .contains("/t /state\\040of\\011me/image/outer/overlay none bind,relatime,nodev 0 0\n");
  }

  @Test
  void syncsOnlyWhatIsKept() {
    Mounts mounts = new Mounts(IMAGE, HOST);

    assertThat(mounts.overlay(1, false, Footing.ROOT)).contains("volatile");
    assertThat(mounts.overlay(1, true, Footing.ROOT)).doesNotContain("volatile");
  }

  @Test
  void makesReadOnlyWhatIsMountedBelowTheHostsPrograms() {
    assertThat(new Mounts(IMAGE, HOST).readOnly(Footing.ROOT))
        .isEqualTo("must remount,bind,ro,nodev /state of\tme/image/outer/overlay/usr/my share\n");
    assertThat(new Mounts(IMAGE, HOST).readOnly(Footing.USER_NAMESPACE)).startsWith("may ");
  }
}
