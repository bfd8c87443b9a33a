package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.ssh.ExecStreams;
import run.mags.terminal.Terminal;
import run.mags.wait.InterruptedWaitException;

/** Where the output of a command goes: to our streams, or with JSON into the document. */
final class CommandOutput {
  private final CliContext cli;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

  CommandOutput(CliContext cli) {
    this.cli = cli;
  }

  /** The streams for it, with this input or null. */
  ExecStreams streams(InputStream in) {
    if (cli.output().isJson()) {
      return new ExecStreams(in, stdout, stderr);
    }
    Terminal ours = cli.host().terminal();
    return new ExecStreams(in, ours.out(), new Unheard(ours.err()));
  }

  /** The same failure, with what was gathered for JSON, unless somebody has broken off. */
  CliException with(CliException failure) {
    if (!cli.output().isJson() || failure instanceof InterruptedWaitException) {
      return failure;
    }
    ObjectNode output = Json.object();
    putInto(output);
    return new CutShortException(failure, output);
  }

  /** Puts what was gathered for JSON. */
  void putInto(ObjectNode json) {
    put(json, "stdout", stdout.toByteArray());
    put(json, "stderr", stderr.toByteArray());
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
