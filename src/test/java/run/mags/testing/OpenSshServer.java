package run.mags.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import run.mags.ssh.SshTarget;

/**
 * A real OpenSSH server on a free loopback port, run as the current user with its own
 * configuration, keys and home directory. Nothing outside its directory is read or written, save
 * for the empty directory that sshd insists on as root. A test that needs it is skipped, with a
 * message, where there is no sshd.
 */
public final class OpenSshServer implements AutoCloseable {
  /** The permissions that sshd demands of its files. */
  public static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  /**
   * A root with an {@code /overlay} that is a root of its own, as in a sandbox: both have this
   * machine's programs and files, and each has a {@code /root} that is empty.
   */
  private static final String OVERLAY =
      """
      make() {
        mount -t tmpfs none "$1"
        for d in /*; do
          case $d in /root | /overlay) mkdir "$1$d" ;;
          *) if [ -L "$d" ]; then cp -P "$d" "$1$d"
             elif [ -d "$d" ]; then mkdir "$1$d" && mount --rbind "$d" "$1$d"
             fi ;;
          esac
        done
        mkdir -p "$1/root"
      }
      set -e
      make "$0"
      mkdir -p "$0/overlay"
      make "$0/overlay"
      exec chroot "$0" "$@"
      """;

  private final Path directory;
  private final boolean overlay;
  private final List<String> moreConfig;
  private final String privateKey;
  private final List<String> log = new ArrayList<>();
  private Process process;
  private int port;

  private OpenSshServer(Path directory, boolean overlay, List<String> moreConfig) throws Exception {
    this.overlay = overlay;
    this.directory = Files.createDirectories(directory);
    this.moreConfig = new ArrayList<>(moreConfig);
    Files.createDirectories(home());
    KeyPair login = newKey("ssh-ed25519");
    this.privateKey = privateText(login);
    authorize(login);
    newHostKey("ssh-ed25519");
  }

  /** Starts one with its files in {@code directory}, and with these lines of configuration. */
  public static OpenSshServer start(Path directory, String... moreConfig) throws Exception {
    return start(directory, false, moreConfig);
  }

  /**
   * Starts one whose commands see an {@code /overlay} to enter. A test that needs it is skipped
   * where this user may mount nothing.
   */
  public static OpenSshServer startWithOverlay(Path directory) throws Exception {
    Process probe =
        new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt").start();
    assumeTrue(
        probe.waitFor() == 0, "SKIPPED: only root can give an OpenSSH server an /overlay here");
    return start(directory, true);
  }

  private static OpenSshServer start(Path directory, boolean overlay, String... moreConfig)
      throws Exception {
    assumeTrue(
        Files.isExecutable(SSHD),
        "SKIPPED: no OpenSSH server (" + SSHD + ") on this machine; install openssh-server");
    OpenSshServer server = new OpenSshServer(directory, overlay, List.of(moreConfig));
    server.start();
    return server;
  }

  /** A new key pair of a type such as {@code ssh-ed25519}. */
  public static KeyPair newKey(String type) throws GeneralSecurityException {
    return KeyUtils.generateKeyPair(type, type.equals("ssh-rsa") ? 2048 : 256);
  }

  /** A private key in OpenSSH's format. */
  public static String privateText(KeyPair key) throws IOException, GeneralSecurityException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, text);
    return text.toString(StandardCharsets.US_ASCII);
  }

  /** Lets a key in, and no other. */
  public void authorize(KeyPair key) throws IOException {
    Files.writeString(
        directory.resolve("authorized_keys"), PublicKeyEntry.toString(key.getPublic()) + "\n");
  }

  /** Gives the server a new host key; it counts from the next start on. */
  public void newHostKey(String type) throws Exception {
    Path file = directory.resolve("host_key");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, privateText(newKey(type)));
  }

  /** Adds a line of configuration; it counts from the next start on. */
  public void moreConfig(String line) {
    moreConfig.add(line);
  }

  /** Starts the server on a free port, the one it had before if that is still free. */
  public void start() throws Exception {
    if ("root".equals(user())) {
      Files.createDirectories(Path.of("/run/sshd"));
    }
    for (int i = 0; i < 10; i++) {
      port = port == 0 || i > 0 ? freePort() : port;
      if (tryStart()) {
        return;
      }
    }
    throw new IOException("sshd does not start: " + log());
  }

  private boolean tryStart() throws Exception {
    List<String> config = new ArrayList<>(moreConfig);
    config.addAll(
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + directory.resolve("host_key"),
            "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PermitUserRC no",
            "MaxStartups 200",
            "MaxSessions 50",
            "SetEnv HOME=" + home()));
    Path file = directory.resolve("sshd_config");
    Files.write(file, config);
    List<String> command = new ArrayList<>();
    if (overlay) {
      Path root = Files.createDirectories(directory.resolve("root"));
      command.addAll(List.of("unshare", "-m", "sh", "-c", OVERLAY, root.toString()));
    }
    command.addAll(List.of(SSHD.toString(), "-D", "-e", "-f", file.toString()));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    CountDownLatch listening = new CountDownLatch(1);
    Thread reader = new Thread(() -> read(process, listening), "sshd-log");
    reader.setDaemon(true);
    reader.start();
    while (process.isAlive()) {
      if (listening.await(50, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  private void read(Process sshd, CountDownLatch listening) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(sshd.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          log.add(line);
        }
        if (line.startsWith("Server listening")) {
          listening.countDown();
        }
      }
    } catch (IOException closed) {
      // The server has ended.
    }
  }

  /** A port that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The user that runs the server and logs in. */
  public static String user() {
    return System.getProperty("user.name");
  }

  /** The home directory of those who log in; its start files are read. */
  public Path home() {
    return directory.resolve("home");
  }

  public int port() {
    return port;
  }

  /** Where to connect to; {@code pinName} may be null. */
  public SshTarget target(String pinName) {
    return new SshTarget("127.0.0.1", port, user(), privateKey, pinName);
  }

  /** The server's process, which sees its own mounts. */
  public long pid() {
    return process.pid();
  }

  /** The processes that serve one connection each. */
  public List<ProcessHandle> sessions() {
    return process.children().toList();
  }

  /** What the server has said so far. */
  public String log() {
    synchronized (log) {
      return String.join("\n", log);
    }
  }

  /** Ends the server and all its connections. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
