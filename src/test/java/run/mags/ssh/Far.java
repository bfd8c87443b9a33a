package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import run.mags.testing.OpenSshServer;

/** A connection to a real server, and what commands over it have done. */
final class Far implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(60);

  final OpenSshServer server;
  final SshConnection connection;

  /** What a command has done. */
  record Done(int exitCode, String out, String err) {}

  private Far(OpenSshServer server, SshConnection connection) {
    this.server = server;
    this.connection = connection;
  }

  /** A server with more lines of configuration, and a connection to it. */
  static Far start(Path directory, String... config) throws Exception {
    OpenSshServer server = OpenSshServer.start(directory.resolve("server"), config);
    try {
      return new Far(server, executor(directory).connect(server.target("vm-1"), LONG));
    } catch (RuntimeException failed) {
      server.close();
      throw failed;
    }
  }

  /** The same with an {@code /overlay} to enter. */
  static Far startWithOverlay(Path directory) throws Exception {
    OpenSshServer server = OpenSshServer.startWithOverlay(directory.resolve("server"));
    try {
      return new Far(server, executor(directory).connect(server.target("vm-1"), LONG));
    } catch (RuntimeException failed) {
      server.close();
      throw failed;
    }
  }

  static SshExecutor executor(Path directory) {
    return new SshExecutor(new HostKeyPolicy(directory.resolve("known_hosts")), null);
  }

  Done run(String line) {
    return run(line, null);
  }

  Done run(String line, byte[] input) {
    return feed(line, input == null ? null : new ByteArrayInputStream(input));
  }

  Done feed(String line, InputStream input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = connection.exec(RemoteCommand.of(line), new ExecStreams(input, out, err), LONG);
    return new Done(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** A command that is started; its output goes to {@code out}. */
  RemoteProcess start(String line, Pids out) {
    return connection.start(
        new RemoteCommand(List.of(line), Map.of(), null), new ExecStreams(null, out, out), LONG);
  }

  @Override
  public void close() {
    connection.close();
    server.close();
  }
}
