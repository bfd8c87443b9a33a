package run.mags.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import run.mags.terminal.Screen;
import run.mags.terminal.Terminal;

/** A terminal in memory; a pipe unless {@link #interactive} made it one that can be asked on. */
public class FakeTerminal implements Terminal {
  private final InputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Err err = new Err();
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> prompts = new ArrayList<>();
  private boolean interactive;

  /** A pipe with this input, then its end. */
  public FakeTerminal(String input) {
    this(input.getBytes(StandardCharsets.UTF_8));
  }

  /** A pipe with this input, then its end. */
  public FakeTerminal(byte[] input) {
    this.in = new ByteArrayInputStream(input.clone());
  }

  /** What was written so far, with an exit code. */
  public CliResult result(int exitCode) {
    return new CliResult(exitCode, out.toByteArray(), err.toByteArray());
  }

  /** Waits until this was written to standard error. */
  public void awaitErr(String text) {
    err.await(text);
  }

  /** Bytes that can be waited for. */
  private static final class Err extends ByteArrayOutputStream {
    private static final long LIMIT_MILLIS = 30_000;

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
      super.write(bytes, offset, count);
      notifyAll();
    }

    synchronized void await(String text) {
      long start = System.nanoTime();
      try {
        while (!toString(StandardCharsets.UTF_8).contains(text)) {
          long left = LIMIT_MILLIS - (System.nanoTime() - start) / 1_000_000;
          if (left <= 0) {
            throw new AssertionError("never written: " + text);
          }
          wait(left);
        }
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for: " + text);
      }
    }
  }

  /** All three streams are a terminal, and these are the answers to questions in their order. */
  public FakeTerminal interactive(String... lines) {
    interactive = true;
    answers.addAll(List.of(lines));
    return this;
  }

  /** What was asked so far. */
  public List<String> prompts() {
    return List.copyOf(prompts);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public OutputStream err() {
    return err;
  }

  @Override
  public boolean inIsTerminal() {
    return interactive;
  }

  @Override
  public boolean outIsTerminal() {
    return interactive;
  }

  @Override
  public boolean errIsTerminal() {
    return interactive;
  }

  @Override
  public int width() {
    return 80;
  }

  @Override
  public Optional<Screen> screen() {
    return Optional.empty();
  }

  @Override
  public String readSecret(String prompt) {
    return readLine(prompt);
  }

  @Override
  public String readLine(String prompt) {
    prompts.add(prompt);
    return answers.poll();
  }
}
