package run.mags.local.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import run.mags.local.sandbox.NamedPipe;
import run.mags.local.sandbox.NamedPipes;
import run.mags.local.sandbox.Sandbox;

/** One command or login shell that a client runs in a sandbox, with or without a terminal. */
final class GateCommand implements Command {
  /** For how long a new terminal may get the size again with which it was asked for, in ms. */
  private static final long SETTLING_MS = 500;

  /** How long a command may take to end after HUP when its client is gone, in ms. */
  private static final long HANG_UP_MS = 1_000;

  private static final int SIGNAL_BASE = 128;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> NOT_THE_CLIENTS =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LINES", "COLUMNS");

  private final Supplier<Sandbox> sandboxes;
  private final String command;
  private final NamedPipes pipes;
  private final GateThreads threads;

  /** What has to be over before the channel is: the command and its two outputs. */
  private final AtomicInteger open = new AtomicInteger(3);

  private final Object sizing = new Object();
  private InputStream in;
  private OutputStream out;
  private OutputStream err;
  private ExitCallback exit;
  private Sandbox sandbox;
  private Process process;
  private List<OutputCopy> copies = List.of();
  private volatile int exitCode;
  private long startedNanos;
  private final List<String> early = new ArrayList<>();
  private String lastSignal;
  private boolean gone;
  private volatile boolean onTerminal;

  /** {@code command} is a shell command line, or null for a login shell. */
  GateCommand(Supplier<Sandbox> sandboxes, String command, NamedPipes pipes, GateThreads threads) {
    this.sandboxes = sandboxes;
    this.command = command;
    this.pipes = pipes;
    this.threads = threads;
  }

  @Override
  public void setInputStream(InputStream stream) {
    in = stream;
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    err = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  /** Returns at once: this is the thread that serves all channels of the connection. */
  @Override
  public void start(ChannelSession channel, Environment environment) {
    GateChannel gateChannel = (GateChannel) channel;
    gateChannel.onSignal(this::signal);
    onTerminal = gateChannel.hasTerminal();
    threads.execute(() -> run(gateChannel, environment));
  }

  private void run(GateChannel channel, Environment environment) {
    try {
      Sandbox place = sandboxes.get();
      environment.addSignalListener(
          (ignored, signal) -> threads.execute(() -> resize(environment)), Signal.WINCH);
      Process started = start(builder(place, channel, environment));
      synchronized (this) {
        sandbox = place;
        process = started;
        startedNanos = System.nanoTime();
        early.forEach(this::signal);
        if (gone) {
          hangUp();
        }
      }
      threads.execute(() -> feed(started));
      copies.forEach(threads::execute);
      threads.afterExit(started, code -> exited(channel, code));
    } catch (IOException | RuntimeException e) {
      // No status: it would look like the command's own.
      tell("mags: " + e.getMessage() + "\r\n");
      channel.close(false);
    }
  }

  private Process start(ProcessBuilder builder) throws IOException {
    List<OutputCopy> opened = new ArrayList<>();
    try (NamedPipe stdout = pipes.take();
        NamedPipe stderr = pipes.take()) {
      opened.add(new OutputCopy(stdout.reading(), out, this::oneIsOver));
      opened.add(new OutputCopy(stderr.reading(), err, this::oneIsOver));
      builder.redirectOutput(stdout.writing()).redirectError(stderr.writing());
      Process started = builder.start();
      copies = opened;
      return started;
    } catch (IOException | RuntimeException e) {
      opened.forEach(OutputCopy::close);
      throw e;
    }
  }

  private ProcessBuilder builder(Sandbox place, GateChannel channel, Environment environment) {
    Map<String, String> variables = new HashMap<>();
    environment
        .getEnv()
        .forEach(
            (name, value) -> {
              if (VARIABLE.matcher(name).matches() && !NOT_THE_CLIENTS.contains(name)) {
                variables.put(name, value);
              }
            });
    if (channel.hasTerminal()) {
      GateTerminal.Size size = GateTerminal.Size.of(environment.getEnv());
      return place.outer(variables, GateTerminal.argv(command, size, channel.terminalModes()));
    }
    return place.outer(
        variables, command == null ? List.of("/bin/sh", "-l") : List.of("/bin/sh", "-c", command));
  }

  /** Passes input on; what the command does not take is read all the same, so that none waits. */
  private void feed(Process started) {
    byte[] buffer = new byte[32 * 1024];
    OutputStream to = started.getOutputStream();
    boolean wanted = true;
    try {
      for (int count; (count = in.read(buffer)) >= 0; ) {
        if (wanted) {
          wanted = write(to, buffer, count);
        }
      }
    } catch (IOException disconnected) {
      // Then there is no more input.
    }
    if (onTerminal) {
      // As with OpenSSH: a terminal has no end but its mark, which the client types. And script(1)
      // would wait for two seconds for the command to read it.
      return;
    }
    try {
      to.close();
    } catch (IOException ended) {
      // The command ended without reading it all.
    }
  }

  private static boolean write(OutputStream to, byte[] buffer, int count) {
    try {
      to.write(buffer, 0, count);
      to.flush();
      return true;
    } catch (IOException ended) {
      return false;
    }
  }

  /**
   * As with OpenSSH: the status is told when the command itself has ended, and the channel is there
   * for as long as what it left running may write.
   */
  private void exited(GateChannel channel, int code) {
    String sent = lastSignal();
    if (sent != null
        && Signal.get(sent) != null
        && code == SIGNAL_BASE + Signal.get(sent).getNumeric()) {
      channel.endedBySignal(sent);
    }
    exitCode = code;
    channel.ended(code);
    oneIsOver();
  }

  private void oneIsOver() {
    if (open.decrementAndGet() == 0) {
      exit.onExit(exitCode);
    }
  }

  private synchronized String lastSignal() {
    return lastSignal;
  }

  /** Passes a signal on; one that comes before the command is there waits for it. */
  private synchronized void signal(String name) {
    lastSignal = name;
    if (process == null) {
      early.add(name);
    } else {
      Sandbox place = sandbox;
      Process target = process;
      threads.execute(() -> signal(place, target, name));
    }
  }

  private void signal(Sandbox place, Process target, String name) {
    try {
      boolean gentle = onTerminal && !name.equals("KILL");
      if (gentle && GateTerminal.signal(target, name)) {
        return;
      }
    } catch (IOException noKill) {
      // The sandbox has a way of its own.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    place.signal(target, name);
  }

  /**
   * Gives the terminal the size that the client has now. A terminal that is coming up sets the size
   * that it was asked for, perhaps after this, so that a young one is told again.
   */
  private void resize(Environment environment) {
    Process target;
    boolean young;
    synchronized (this) {
      if (gone) {
        return;
      }
      target = process;
      young = target == null || System.nanoTime() - startedNanos < SETTLING_MS * 1_000_000;
    }
    if (target != null) {
      apply(target, environment);
    }
    if (young) {
      threads.later(SETTLING_MS, () -> resize(environment));
    }
  }

  private void apply(Process target, Environment environment) {
    try {
      synchronized (sizing) {
        GateTerminal.resize(target, GateTerminal.Size.of(environment.getEnv()));
      }
    } catch (IOException e) {
      tell("mags: the size of the terminal cannot be set: " + e.getMessage() + "\r\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String message) {
    try {
      err.write(message.getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException disconnected) {
      // There is nobody to tell.
    }
  }

  /** The channel is closed: what still runs is hung up on, then killed. */
  @Override
  public synchronized void destroy(ChannelSession channel) {
    gone = true;
    if (process != null) {
      hangUp();
    }
  }

  private void hangUp() {
    Sandbox place = sandbox;
    Process target = process;
    List<OutputCopy> outputs = copies;
    threads.execute(
        () -> {
          place.hangUp(target, HANG_UP_MS);
          // Something silent in the background may hold them for ever.
          outputs.forEach(OutputCopy::close);
        });
  }
}
