package run.mags.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Takes the process numbers that a command prints, one a line. The server of the tests is on this
 * machine, so that what they stand for can be looked at.
 */
final class Pids extends OutputStream {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  @Override
  public synchronized void write(int b) {
    text.write(b);
    notifyAll();
  }

  /** Waits for that many, which have to be alive. */
  List<ProcessHandle> await(int count) throws InterruptedException {
    return await(0, count);
  }

  /** Passes over some and waits for that many more, which have to be alive. */
  List<ProcessHandle> await(int before, int count) throws InterruptedException {
    List<Long> numbers = numbers(before + count).subList(before, before + count);
    List<ProcessHandle> processes = numbers.stream().flatMap(Pids::process).toList();
    assertThat(processes).hasSize(count);
    return processes;
  }

  /** Waits for that many numbers, whatever has become of the processes. */
  synchronized List<Long> numbers(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (text.toString(US_ASCII).lines().count() < count || !endsWithLine()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      assertThat(left).as("time left, with only this printed: " + text).isPositive();
      wait(left);
    }
    return text.toString(US_ASCII).lines().map(Long::valueOf).toList();
  }

  /** Everything that was printed. */
  @Override
  public synchronized String toString() {
    return text.toString(US_ASCII);
  }

  private boolean endsWithLine() {
    return text.toString(US_ASCII).endsWith("\n");
  }

  static Stream<ProcessHandle> process(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).stream();
  }

  /** Fails unless all these are gone, within the second that a killed process may take. */
  static void assertGone(List<ProcessHandle> processes) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    for (ProcessHandle process : processes) {
      while (isRunning(process) && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      boolean running = isRunning(process);
      process.destroyForcibly();
      assertThat(running).as("still running: " + process.info()).isFalse();
    }
  }

  /** A process that has ended but was not asked for its status yet is not running. */
  private static boolean isRunning(ProcessHandle process) {
    try {
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), ISO_8859_1);
      return status.charAt(status.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }
}
