package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import run.mags.api.model.Json;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.RemoteProcess;
import run.mags.ssh.SshConnection;
import run.mags.terminal.Signals;
import run.mags.terminal.Terminal;

/**
 * A command on the other side with our streams and our signals: the first INT, TERM or HUP goes to
 * the command and its children, which get some seconds to end; a second one leaves at once.
 */
final class RemoteRun {
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

  /** How long a command that was signalled may take to end before it is killed. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CliContext cli;
  private final SshConnection connection;
  private final boolean input;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final AtomicReference<String> signalled = new AtomicReference<>();

  private volatile long signalledAt;

  RemoteRun(CliContext cli, SshConnection connection, boolean input) {
    this.cli = cli;
    this.connection = connection;
    this.input = input;
  }

  /** Runs the command and answers the exit code for it. */
  int run(RemoteCommand command, Duration limit) {
    long start = cli.host().sleeper().nanos();
    RemoteProcess process = connection.start(command, streams(), OPEN_TIMEOUT);
    Signals.Registration forwarding =
        cli.host().signals().handle(ExitSignal.NAMES, name -> forward(process, name));
    int status;
    try {
      status = process.waitFor(limit);
      String signal = signalled.get();
      if (signal != null) {
        // What the command left running was meant to end with it.
        process.stop(signal, RemoteProcess.GRACE);
        status = ExitSignal.exitCode(signal);
      }
    } finally {
      forwarding.close();
    }
    if (cli.output().isJson()) {
      show(status, Duration.ofNanos(cli.host().sleeper().nanos() - start));
    }
    return status;
  }

  private ExecStreams streams() {
    Terminal terminal = cli.host().terminal();
    InputStream in = input ? terminal.in() : null;
    boolean json = cli.output().isJson();
    OutputStream out = json ? stdout : terminal.out();
    OutputStream err = json ? stderr : new Unheard(terminal.err());
    return new ExecStreams(in, out, err);
  }

  private void forward(RemoteProcess process, String name) {
    long now = cli.host().sleeper().nanos();
    if (!signalled.compareAndSet(null, name)) {
      if (Interrupts.isDeliberate(now - signalledAt)) {
        cli.host().exit().accept(ExitSignal.exitCode(name));
      }
      return;
    }
    signalledAt = now;
    Thread killer =
        new Thread(
            () -> {
              process.signal(name);
              try {
                cli.host().sleeper().sleep(PATIENCE);
                process.stop("KILL", Duration.ZERO);
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            },
            "signal-" + name);
    killer.setDaemon(true);
    killer.start();
  }

  private void show(int status, Duration spent) {
    ObjectNode json = Json.object();
    json.put("exit_code", status);
    put(json, "stdout", stdout.toByteArray());
    put(json, "stderr", stderr.toByteArray());
    json.put("duration_ms", spent.toMillis());
    cli.output().show(() -> Json.write(json), () -> "");
  }

  /** Text where the bytes are UTF-8, else base64; the encoding is said beside it. */
  private static void put(ObjectNode json, String name, byte[] bytes) {
    try {
      json.put(name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      json.put(name + "_encoding", "utf-8");
    } catch (CharacterCodingException binary) {
      json.put(name, Base64.getEncoder().encodeToString(bytes));
      json.put(name + "_encoding", "base64");
    }
  }

  /** Standard error whose failures nobody can be told of: the command's status still counts. */
  private static final class Unheard extends OutputStream {
    private final OutputStream stream;

    Unheard(OutputStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      try {
        stream.write(bytes, offset, count);
      } catch (IOException nobodyListens) {
        // As with any program that cannot write to its standard error.
      }
    }
  }
}
