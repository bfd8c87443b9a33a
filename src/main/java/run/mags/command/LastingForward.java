package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.ssh.Forward;
import run.mags.ssh.Forwards;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.terminal.Printable;
import run.mags.wait.Backoff;

/**
 * Forwardings that outlive their connection. What has become of the sandbox decides what follows a
 * loss: one that sleeps is left asleep until it is wanted, one that has ended ends this, and
 * otherwise the connection is made again, for as long as it takes.
 */
final class LastingForward {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often a sandbox that sleeps is looked at, where nobody here can wake it. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final CliContext cli;
  private final String job;
  private final List<Forward> wanted;
  private final Forwards forwards;
  private SshConnection connection;

  LastingForward(CliContext cli, String job, List<Forward> wanted, Forwards forwards) {
    this.cli = cli;
    this.job = job;
    this.wanted = wanted;
    this.forwards = forwards;
  }

  /** Makes the first connection and says which ports there are. */
  void connect(Duration limit) {
    connection = Connecting.to(cli, job, limit);
    forwards.over(connection);
    ready();
  }

  /** Stays, whatever happens to the connection; ends by a failure that does not pass. */
  int stay() throws InterruptedException {
    try {
      while (true) {
        SshException lost = connection.awaitLoss();
        connection.close();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        say("lost", lost.getMessage());
        again();
        ready();
      }
    } finally {
      connection.close();
    }
  }

  private void again() throws InterruptedException {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    String last = "";
    while (true) {
      try {
        if (mayConnect()) {
          connection = cli.mags().connect(job, MagsClient.DEFAULT_LIMIT);
          forwards.over(connection);
          return;
        }
      } catch (CliException failure) {
        if (!mayPass(failure)) {
          throw failure;
        }
        if (!failure.getMessage().equals(last)) {
          last = failure.getMessage();
          cli.output().note(Printable.line(last) + "; trying again");
        }
      }
      cli.host().sleeper().sleep(pauses.next());
    }
  }

  /** Waits while the sandbox sleeps and nobody wants it. */
  private boolean mayConnect() throws InterruptedException {
    boolean said = false;
    while (true) {
      Job now = cli.mags().status(job);
      if (now.state().isFinal()) {
        throw new CliException(
            ErrorKind.CONFLICT,
            job + " is not running any more: its status is " + now.status(),
            "its workspace is kept; to go on with it: mags new " + ShellWord.of(job));
      }
      if (now.state() != JobStatus.SLEEPING) {
        return true;
      }
      if (!said) {
        cli.output().note(Printable.line(job) + " sleeps; the next connection from here wakes it");
        said = true;
      }
      if (forwards.awaitVisitor(LOOK)) {
        return true;
      }
    }
  }

  /** Whether a failure says nothing about the sandbox itself. */
  private static boolean mayPass(CliException failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE, CONNECTION, RATE_LIMITED, LOCAL_BACKEND -> true;
      default -> false;
    };
  }

  private void ready() {
    if (cli.output().isJson()) {
      ObjectNode event = Json.object().put("event", "ready");
      ArrayNode array = event.putArray("forwards");
      for (int i = 0; i < wanted.size(); i++) {
        Forward forward = wanted.get(i);
        boolean local = forward.kind() == Forward.Kind.LOCAL;
        array
            .addObject()
            .put("direction", local ? "local" : "remote")
            .put("address", address(forward))
            .put("port", forwards.ports().get(i))
            .put("host", forward.host())
            .put("host_port", forward.hostPort());
      }
      write(Json.write(event));
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      Forward forward = wanted.get(i);
      String from = address(forward) + ":" + forwards.ports().get(i);
      String to = forward.host() + ":" + forward.hostPort();
      boolean local = forward.kind() == Forward.Kind.LOCAL;
      write(
          Printable.line(local ? from + " -> " + job + " " + to : job + " " + from + " -> " + to));
    }
  }

  private static String address(Forward forward) {
    return forward.bind() == null ? "127.0.0.1" : forward.bind();
  }

  private void say(String event, String message) {
    if (cli.output().isJson()) {
      write(Json.write(Json.object().put("event", event).put("message", message)));
    } else {
      cli.output().note(Printable.line(message) + "; connecting again");
    }
  }

  private void write(String line) {
    cli.output().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    cli.output().flush();
  }
}
