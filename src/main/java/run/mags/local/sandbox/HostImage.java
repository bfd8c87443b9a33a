package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A root file system made of this host, without a download: a small skeleton with a copy of {@code
 * /etc}, into which the host's programs are bound read-only.
 *
 * <p>On disk, below the state directory: {@code image/host-KEY/} with {@code skeleton/} (the lowest
 * layer of every tree), {@code outer/} (the outer root: links into {@code overlay/}, where the
 * merged tree is mounted) and {@code dev/}. KEY changes when the host's packages or users do; an
 * image that nobody uses any more is removed when its successor is made. An image appears whole, by
 * a rename, so a crash leaves at most a {@code .building-*} directory, which the next build
 * removes.
 *
 * <p>Where a user names another root file system, that tree is the lowest layer instead, with
 * everything in it writable, and nothing of the host is bound into it. The programs that lead into
 * the sandbox are still the host's: the outermost root has those, and {@code sandbox/} in it is
 * what a guest takes for the outer root.
 *
 * @param directory the image's own directory
 * @param tree the root file system that a user named; empty for that of the host
 */
record HostImage(Path directory, Optional<Path> tree) {
  /** Part of the key: to be raised when images are made differently. */
  private static final String LAYOUT = "1";

  private static final String PREFIX = "host-";
  private static final long BUILD_WAIT_SECONDS = 60;

  /** The host's directories of programs, bound read-only or, where they are links, made so. */
  private static final List<String> PROGRAMS =
      List.of("usr", "opt", "bin", "sbin", "lib", "lib32", "lib64", "libx32");

  /** What is there in every root beside programs. */
  static final List<String> OWN =
      List.of(
          "etc", "home", "mnt", "media", "srv", "var", "root", "proc", "sys", "dev", "tmp", "run");

  private static final List<String> VAR =
      List.of("var/cache", "var/lib", "var/local", "var/log", "var/opt", "var/spool");

  /** The devices of a sandbox, as far as the host has them. */
  static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom", "tty");

  /** What changes when an image made of this host would look different. */
  private static final List<String> SIGNS =
      List.of(
          "/etc/alternatives",
          "/etc/environment",
          "/etc/group",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf.d",
          "/etc/localtime",
          "/etc/nsswitch.conf",
          "/etc/os-release",
          "/etc/passwd",
          "/etc/profile",
          "/etc/profile.d",
          "/etc/ssl/certs",
          "/lib/apk/db/installed",
          "/usr/lib/sysimage/rpm",
          "/var/lib/dpkg/status",
          "/var/lib/pacman/local",
          "/var/lib/rpm");

  /** An image of the host. */
  HostImage(Path directory) {
    this(directory, Optional.empty());
  }

  /** An image and the claim that keeps it on disk. */
  record Leased(HostImage image, Lease lease) implements AutoCloseable {
    @Override
    public void close() {
      lease.close();
    }
  }

  /** The image of the host as it is now, made when it is not there. */
  static Leased prepare(Path state) throws IOException {
    return prepare(
        state,
        PREFIX + key(),
        unfinished -> {
          build(unfinished);
          HostEtc.copyTo(unfinished.resolve("skeleton/etc"));
        });
  }

  /** What makes an image in a directory that is not there yet. */
  interface Building {
    /** Makes it. */
    void in(Path directory) throws IOException;
  }

  /** The image of this name, made when it is not there. */
  static Leased prepare(Path state, String name, Building building) throws IOException {
    Path images = state.resolve("image");
    DirectoryTree.createPrivate(images);
    Path directory = images.resolve(name);
    while (true) {
      Lease lease = claim(directory);
      if (Files.isDirectory(directory)) {
        return new Leased(new HostImage(directory), lease);
      }
      lease.close();
      Lease alone = claimAlone(images.resolve("build"));
      try {
        if (!Files.isDirectory(directory)) {
          removeUnused(images);
          Path unfinished = images.resolve(".building-" + UUID.randomUUID());
          building.in(unfinished);
          Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        alone.close();
      }
    }
  }

  /** Makes an image with an empty {@code /etc} in a directory that is not there yet. */
  static HostImage build(Path directory) throws IOException {
    HostImage image = new HostImage(directory);
    DirectoryTree.createPrivate(directory);
    DirectoryTree.create(image.skeleton(), "rwxr-xr-x");
    DirectoryTree.create(image.outer(), "rwxr-xr-x");
    DirectoryTree.create(image.merged(), "rwxr-xr-x");
    for (String name : placePrograms(image.skeleton())) {
      Files.createSymbolicLink(image.outer().resolve(name), Path.of("overlay", name));
    }
    for (String name : OWN) {
      DirectoryTree.create(image.skeleton().resolve(name), "rwxr-xr-x");
      Files.createSymbolicLink(image.outer().resolve(name), Path.of("overlay", name));
    }
    for (String name : VAR) {
      DirectoryTree.create(image.skeleton().resolve(name), "rwxr-xr-x");
    }
    DirectoryTree.create(image.skeleton().resolve("root"), "rwx------");
    DirectoryTree.create(image.skeleton().resolve("var/tmp"), "rwxrwxrwx");
    Files.setAttribute(image.skeleton().resolve("var/tmp"), "unix:mode", 01777);
    Files.createSymbolicLink(image.skeleton().resolve("var/run"), Path.of("/run"));
    buildDevices(image.devices());
    return image;
  }

  /** Makes the places where the host's programs are found; answers their names. */
  static List<String> placePrograms(Path root) throws IOException {
    List<String> placed = new ArrayList<>();
    for (String name : PROGRAMS) {
      Path host = Path.of("/", name);
      if (Files.isSymbolicLink(host)) {
        Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(host));
      } else if (Files.isDirectory(host)) {
        DirectoryTree.create(root.resolve(name), "rwxr-xr-x");
      } else {
        continue;
      }
      placed.add(name);
    }
    return placed;
  }

  /** Makes the devices of a sandbox. */
  static void buildDevices(Path dev) throws IOException {
    DirectoryTree.create(dev, "rwxr-xr-x");
    DirectoryTree.create(dev.resolve("pts"), "rwxr-xr-x");
    DirectoryTree.create(dev.resolve("shm"), "rwxr-xr-x");
    for (String name : DEVICES) {
      Files.createFile(dev.resolve(name));
    }
    Files.createSymbolicLink(dev.resolve("ptmx"), Path.of("pts/ptmx"));
    Files.createSymbolicLink(dev.resolve("fd"), Path.of("/proc/self/fd"));
    Files.createSymbolicLink(dev.resolve("stdin"), Path.of("fd/0"));
    Files.createSymbolicLink(dev.resolve("stdout"), Path.of("fd/1"));
    Files.createSymbolicLink(dev.resolve("stderr"), Path.of("fd/2"));
  }

  /** The lowest layer of every tree. */
  Path skeleton() {
    return tree.orElse(directory.resolve("skeleton"));
  }

  /** What becomes the outermost root. */
  Path outer() {
    return directory.resolve("outer");
  }

  /** Where a guest's outer root is in the outermost one: it itself, or below it. */
  String landing() {
    return tree.isPresent() ? "/sandbox" : "";
  }

  /** Where the merged tree is mounted, below {@link #outer}. */
  Path merged() {
    return Path.of(outer() + landing(), "overlay");
  }

  /** Where the host's programs are bound. */
  Path programs() {
    return tree.isPresent() ? outer() : merged();
  }

  /** What becomes {@code /dev}, read-only, with the devices bound onto empty files. */
  Path devices() {
    return directory.resolve("dev");
  }

  /** The host's directories that are bound into the merged tree, by their names in the root. */
  static List<String> programDirectories() {
    return PROGRAMS.stream()
        .filter(name -> Files.isDirectory(Path.of("/", name)))
        .filter(name -> !Files.isSymbolicLink(Path.of("/", name)))
        .toList();
  }

  private static void removeUnused(Path images) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(images)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".building-")) {
          DirectoryTree.delete(entry);
        } else if (name.startsWith(PREFIX) || name.startsWith(RootTree.PREFIX)) {
          Optional<Lease> unused = Lease.alone(entry);
          if (unused.isPresent()) {
            try {
              DirectoryTree.delete(entry);
            } finally {
              unused.get().close();
            }
          }
        }
      }
    }
  }

  private static Lease claim(Path directory) throws IOException {
    for (int round = 0; round < BUILD_WAIT_SECONDS * 100; round++) {
      Optional<Lease> lease = Lease.shared(directory);
      if (lease.isPresent()) {
        return lease.get();
      }
      pause();
    }
    throw new IOException("another process does not let go of " + directory);
  }

  private static Lease claimAlone(Path directory) throws IOException {
    for (int round = 0; round < BUILD_WAIT_SECONDS * 100; round++) {
      Optional<Lease> lease = Lease.alone(directory);
      if (lease.isPresent()) {
        return lease.get();
      }
      pause();
    }
    throw new IOException("another process does not let go of " + directory);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while another process prepares the host image", e);
    }
  }

  /** A short name for what a text says. */
  static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String key() throws IOException {
    StringBuilder signs = new StringBuilder(LAYOUT).append('\n');
    for (String name : PROGRAMS) {
      Path path = Path.of("/", name);
      signs.append(name).append(Files.isSymbolicLink(path) ? " link " : " directory ");
      signs.append(Files.exists(path)).append('\n');
    }
    for (String sign : SIGNS) {
      Path path = Path.of(sign);
      if (Files.exists(path)) {
        FileTime time = Files.getLastModifiedTime(path);
        signs.append(sign).append(' ').append(time.toInstant()).append('\n');
      }
    }
    return digest(signs.toString());
  }
}
