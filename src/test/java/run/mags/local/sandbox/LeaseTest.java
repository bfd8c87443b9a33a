package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  @TempDir Path directory;

  @Test
  void isForOneAloneOrForSeveral() throws Exception {
    Path claimed = directory.resolve("claimed");
    Lease alone = Lease.alone(claimed).orElseThrow();
    assertThat(Lease.alone(claimed)).isEmpty();
    assertThat(Lease.shared(claimed)).isEmpty();
    assertThat(Lease.alone(directory.resolve("other"))).isPresent();
    alone.close();
    alone.close();

    Lease one = Lease.shared(claimed).orElseThrow();
    Lease two = Lease.shared(claimed).orElseThrow();
    assertThat(Lease.alone(claimed)).isEmpty();
    one.close();
    one.close();
    assertThat(Lease.alone(claimed)).isEmpty();
    two.close();
    assertThat(Lease.alone(claimed)).isPresent();
  }

  @Test
  void isNobodyElsesToRead() throws Exception {
    assertThat(Lease.alone(directory.resolve("claimed"))).isPresent();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve(".locks/claimed"))))
        .isEqualTo("rw-------");
  }

  @Test
  void holdsAgainstOtherProcessesUntilTheyDie() throws Exception {
    Path claimed = directory.resolve("claimed");
    Process child =
        ChildJvm.command(List.of(), ChildJvm.classPath(), Holder.class, claimed.toString()).start();
    assertThat(child.inputReader().readLine()).isEqualTo("held");

    assertThat(Lease.alone(claimed)).isEmpty();
    assertThat(Lease.shared(claimed)).isEmpty();
    child.destroyForcibly();
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertThat(Lease.alone(claimed)).isPresent();
  }

  /** Runs in the child. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println(Lease.alone(Path.of(arguments[0])).isPresent() ? "held" : "refused");
      Thread.sleep(60_000);
    }
  }
}
