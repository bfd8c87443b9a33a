package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Why disks of a limited size cannot be had, in the words of doctor. */
class LimitProbeTest {
  private static Probe.Finding missing(Isolation level, Footing footing, boolean root) {
    return LimitProbe.missing("disk limit", level, Optional.ofNullable(footing), root)
        .orElseThrow();
  }

  @Test
  void aUserIsToldToBeRoot() {
    Probe.Finding finding = missing(Isolation.OVERLAY, Footing.USER_NAMESPACE, false);

    assertThat(finding.works()).isFalse();
    assertThat(finding.detail()).startsWith("only root can mount a disk of limited size");
    assertThat(finding.cure()).isEqualTo("Start the backend as root.");
    assertThat(missing(Isolation.FLAT, Footing.USER_NAMESPACE, false).cure())
        .isEqualTo("Start the backend as root, with overlays.");
  }

  @Test
  void rootIsNotToldToBeRoot() {
    Probe.Finding flat = missing(Isolation.FLAT, Footing.ROOT, true);
    assertThat(flat.detail()).startsWith("sandboxes here are copied trees, and only an overlay");
    assertThat(flat.cure()).doesNotContain("as root").contains("--state DIR");

    Probe.Finding plain = missing(Isolation.PLAIN, null, true);
    assertThat(plain.detail()).startsWith("sandboxes here are plain processes");

    Probe.Finding inside = missing(Isolation.OVERLAY, Footing.USER_NAMESPACE, true);
    assertThat(inside.detail()).contains("user namespace");
    assertThat(inside.cure()).doesNotContain("as root");
    assertThat(LimitProbe.missing("x", Isolation.OVERLAY, Optional.of(Footing.ROOT), true))
        .isEmpty();
  }
}
