package run.mags.local.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.session.ServerSession;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.NamedPipes;
import run.mags.local.sandbox.Sandbox;

/**
 * SSH into sandboxes: a door for each job, on a loopback port of its own, with a host key of its
 * own, that one client key opens for user {@code root}.
 */
public final class SshGate implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String USER = "root";

  private final GateServer server;
  private final NamedPipes pipes;
  private final GateThreads threads;
  private final Map<String, Entry> byName = new HashMap<>();
  private final Map<Integer, Entry> byPort = new ConcurrentHashMap<>();

  private SshGate(GateServer server, NamedPipes pipes, GateThreads threads) {
    this.server = server;
    this.pipes = pipes;
    this.threads = threads;
  }

  /**
   * A gate without doors.
   *
   * @param directory for the outputs of commands on their way; what is in it is removed
   * @throws CliException if it cannot be made
   */
  public static SshGate open(Path directory) {
    NamedPipes pipes;
    try {
      pipes = NamedPipes.in(directory);
    } catch (IOException e) {
      throw refused(e);
    }
    GateThreads threads = new GateThreads();
    GateServer server = new GateServer();
    SshGate gate = new SshGate(server, pipes, threads);
    server.setKeyPairProvider(gate::hostKeys);
    server.setPublickeyAuthenticator(gate::admits);
    server.setCommandFactory(
        (channel, command) ->
            new GateCommand(gate.sandboxOf(channel.getSession()), command, pipes, threads));
    server.setShellFactory(
        channel -> new GateCommand(gate.sandboxOf(channel.getSession()), null, pipes, threads));
    server.setSubsystemFactories(List.of(new SftpSubsystem(gate::sandboxOf, pipes, threads)));
    server.setChannelFactories(
        List.of(new GateChannel.Factory(), new InwardChannel.Factory(gate::sandboxOf, threads)));
    server.setForwarderFactory(
        service ->
            new GateForwarder(
                service, gate.sandboxOf((ServerSession) service.getSession()), threads));
    server.addSessionListener(gate.new Visits());
    server.begin();
    return gate;
  }

  /**
   * Opens a door, or says again where it is.
   *
   * @param name a name for the door
   * @param directory where its keys and its port are kept for the next time; the port is taken
   *     again if it is free
   * @param host what is behind it
   * @throws CliException if no key can be made or no port opened
   */
  public synchronized SshDoor open(String name, Path directory, SshHost host) {
    try {
      Entry entry = byName.get(name);
      return entry == null
          ? open(name, directory, host, listen(directory.resolve(SshDoor.PORT_FILE)))
          : entry.door();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private static CliException refused(IOException cause) {
    return new CliException(
        ErrorKind.LOCAL_BACKEND, "no SSH access can be given: " + cause.getMessage(), null, cause);
  }

  /**
   * Opens a door again on the port that it had before, of which clients may know.
   *
   * @param name its name
   * @param directory where its keys and its port were kept
   * @param host what is behind it
   * @return whether it is open now: not if it never was before, or somebody else has the port
   */
  public synchronized boolean reopen(String name, Path directory, SshHost host) {
    OptionalInt before = DoorFiles.port(directory.resolve(SshDoor.PORT_FILE));
    if (before.isEmpty() || byName.containsKey(name)) {
      return byName.containsKey(name);
    }
    try {
      open(name, directory, host, server.listen(before.getAsInt()));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private SshDoor open(String name, Path directory, SshHost host, int bound) throws IOException {
    try {
      Path clientKey = directory.resolve("ssh_client_ed25519_key");
      KeyPair client = DoorFiles.keyPair(clientKey);
      KeyPair hostKey = DoorFiles.keyPair(directory.resolve("ssh_host_ed25519_key"));
      SshDoor door = new SshDoor(HOST, bound, Files.readString(clientKey));
      Entry entry = new Entry(door, hostKey, client.getPublic(), host);
      byName.put(name, entry);
      byPort.put(bound, entry);
      return door;
    } catch (IOException e) {
      server.leave(bound);
      throw e;
    }
  }

  private int listen(Path file) throws IOException {
    OptionalInt before = DoorFiles.port(file);
    if (before.isPresent()) {
      try {
        return server.listen(before.getAsInt());
      } catch (IOException taken) {
        // Another program has the port now; a client asks for access again and learns the new one.
      }
    }
    int port = server.listen(0);
    DoorFiles.replace(file, Integer.toString(port));
    return port;
  }

  /** Closes a door and cuts off who came through it; one that is not open is fine. */
  public synchronized void close(String name) {
    Entry entry = byName.remove(name);
    if (entry != null) {
      byPort.remove(entry.door().port());
      server.leave(entry.door().port());
    }
  }

  private Iterable<KeyPair> hostKeys(SessionContext session) {
    Entry entry = byPort.get(GateServer.portOf(session));
    return entry == null ? List.of() : List.of(entry.hostKey());
  }

  private boolean admits(String user, PublicKey key, ServerSession session) {
    Entry entry = byPort.get(GateServer.portOf(session));
    return entry != null && user.equals(USER) && KeyUtils.compareKeys(key, entry.clientKey());
  }

  private Supplier<Sandbox> sandboxOf(ServerSession session) {
    Entry entry = byPort.get(GateServer.portOf(session));
    if (entry == null) {
      throw new IllegalStateException("this door is closed");
    }
    return entry.host()::awake;
  }

  /** Who has shown the key is in, and wakes what is behind the door, command or not. */
  private final class Visits implements SessionListener {
    private final AttributeKey<Runnable> leave = new AttributeKey<>();

    @Override
    public void sessionEvent(Session session, Event event) {
      Entry entry = byPort.get(GateServer.portOf(session));
      if (event == Event.Authenticated && entry != null) {
        session.setAttribute(leave, entry.host().enter());
        threads.execute(() -> wake(entry));
      }
    }

    private static void wake(Entry entry) {
      try {
        Sandbox unused = entry.host().awake();
      } catch (RuntimeException refused) {
        // A command that needs the sandbox will say so to its client.
      }
    }

    @Override
    public void sessionClosed(Session session) {
      Runnable left = session.removeAttribute(leave);
      if (left != null) {
        left.run();
      }
    }
  }

  /** Closes all doors. */
  @Override
  public void close() {
    try {
      server.close(true).await(2, TimeUnit.SECONDS);
    } catch (IOException closing) {
      // Its threads are daemons, and its ports go with them.
    }
    threads.close();
    try {
      pipes.remove();
    } catch (IOException left) {
      // The next gate there begins by removing them.
    }
  }

  /** One door. */
  private record Entry(SshDoor door, KeyPair hostKey, PublicKey clientKey, SshHost host) {}
}
