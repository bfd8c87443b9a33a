package run.mags.terminal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said when a signal ends a Java program, wherever in its course that is. */
class LastWordsIT {
  /** A program that has last words of its own, and others in their place for a while. */
  static final class Program {
    public static void main(String[] args) throws InterruptedException {
      Signals signals = new SystemSignals();
      Signals.Registration first = signals.beforeEnd(() -> System.out.println("first"));
      if (!args[0].equals("before")) {
        Signals.Registration second = signals.beforeEnd(() -> System.out.println("second"));
        if (args[0].equals("after")) {
          second.close();
        }
      }
      System.out.println("ready");
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
      first.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"before, first", "during, second", "after, first"})
  void areThoseThatWereGivenLast(String when, String words) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                when)
            .start();
    byte[] ready = process.getInputStream().readNBytes("ready\n".length());
    assertThat(new String(ready, US_ASCII)).isEqualTo("ready\n");

    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();

    assertThat(new String(process.getInputStream().readAllBytes(), US_ASCII))
        .isEqualTo(words + "\n");
    assertThat(process.waitFor()).isEqualTo(143);
  }
}
