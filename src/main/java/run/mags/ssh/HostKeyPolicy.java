package run.mags.ssh;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * Host keys, accepted once per virtual machine and remembered in a file of our own, one line {@code
 * NAME TYPE KEY} each, the newest last. A machine is known by its id, never by its address: a new
 * machine behind an old address is no alarm, another key of the same machine is. Nothing is ever
 * asked. Any number of processes may use one file at the same time.
 */
public final class HostKeyPolicy {
  /** How many machines are remembered; the oldest are forgotten first. */
  static final int LIMIT = 1000;

  private static final int LOCK_TRIES = 500;
  private static final int LOCK_PAUSE_MILLIS = 10;

  private static final Object IN_THIS_PROCESS = new Object();

  private final Path file;

  /** Keys remembered in {@code file}; it and its directory come into being with the first key. */
  public HostKeyPolicy(Path file) {
    this.file = file;
  }

  /** Where the keys are remembered. */
  Path file() {
    return file;
  }

  /**
   * The type of the key that is remembered for a machine, or null.
   *
   * @param pinName the id of the machine, or null
   * @throws CliException if the file cannot be read
   */
  String knownType(String pinName) {
    HostKey known = pinName == null ? null : find(read(), encode(pinName));
    return known == null ? null : known.type();
  }

  /**
   * Checks the key that a server shows, and remembers it when it is the first one of its machine. A
   * key that cannot be remembered, because the file cannot be written, is accepted all the same.
   *
   * @return what was found, in a few words, for the debug log
   * @throws SshException if another key is remembered for this machine
   * @throws CliException if the file cannot be read
   */
  String check(SshTarget target, HostKey shown) {
    if (target.pinName() == null) {
      return "not checked, the VM is not known";
    }
    String name = encode(target.pinName());
    HostKey known = find(read(), name);
    String found = "known";
    if (known == null) {
      try {
        known = remember(name, shown);
        found = "new, remembered";
      } catch (IOException cannotWrite) {
        return "new, not remembered (" + FileReason.of(cannotWrite) + ")";
      }
    }
    if (!known.equals(shown)) {
      throw changed(target, known, shown);
    }
    return found;
  }

  private SshException changed(SshTarget target, HostKey known, HostKey shown) {
    return new SshException(
        SshException.Reason.HOST_KEY,
        "the host key of VM "
            + target.pinName()
            + " at "
            + target.address()
            + " is not the one seen before (now "
            + shown
            + ", before "
            + known
            + "); nothing was sent",
        "another machine may be answering in its place; if the VM was rebuilt on purpose, remove"
            + " the line that begins with "
            + encode(target.pinName())
            + " from "
            + file,
        null);
  }

  /** Adds the key, unless another process has done so in the meantime: that one counts. */
  private HostKey remember(String name, HostKey shown) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory, ownerOnly("rwx------"));
    Path lockFile = directory.resolve(file.getFileName() + ".lock");
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel channel = openOwnerOnly(lockFile)) {
        lock(channel);
        List<String> lines = new ArrayList<>(read());
        HostKey known = find(lines, name);
        if (known == null) {
          lines.add(name + " " + shown.type() + " " + shown.base64());
          write(lines.subList(Math.max(0, lines.size() - LIMIT), lines.size()), directory);
        }
        return known == null ? shown : known;
      }
    }
  }

  /**
   * Closing the channel unlocks. A lock is held for a moment only; whoever holds it for seconds has
   * been stopped.
   */
  private static void lock(FileChannel channel) throws IOException {
    try {
      for (int i = 0; i < LOCK_TRIES; i++) {
        if (channel.tryLock() != null) {
          return;
        }
        Thread.sleep(LOCK_PAUSE_MILLIS);
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("the lock on the file is not given up");
  }

  private static FileChannel openOwnerOnly(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly("rw-------"));
  }

  private void write(List<String> lines, Path directory) throws IOException {
    Path fresh =
        Files.createTempFile(
            directory, file.getFileName().toString(), ".new", ownerOnly("rw-------"));
    try {
      Files.write(fresh, lines, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private List<String> read() {
    try {
      return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", 0));
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException unreadable) {
      throw new CliException(
          ErrorKind.CONFIG,
          "cannot read the known host keys in " + file + " (" + FileReason.of(unreadable) + ")",
          "make the file readable, or remove it to accept every sandbox's key anew",
          unreadable);
    }
  }

  private static HostKey find(List<String> lines, String name) {
    String begin = name + " ";
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      int key = line.indexOf(' ', begin.length()) + 1;
      if (line.startsWith(begin) && key > 0) {
        return new HostKey(line.substring(begin.length(), key - 1), line.substring(key));
      }
    }
    return null;
  }

  /** A name as one word of visible ASCII: anything else is written {@code %XX}. */
  private static String encode(String name) {
    StringBuilder word = new StringBuilder(name.length());
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 127 && b != '%' && b != '#') {
        word.append((char) b);
      } else {
        word.append('%');
        word.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
      }
    }
    return word.isEmpty() ? "%" : word.toString();
  }

  private static FileAttribute<?>[] ownerOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
