package run.mags.local.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The mounts that turn an image and a workspace into the file system of a sandbox. */
final class Mounts {
  /** Parts of {@code /proc} through which root could change the host's kernel. */
  private static final List<String> KERNEL =
      List.of("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "mtrr");

  /** Names in the merged tree that have to be directories before anything is mounted there. */
  static final List<String> POINTS = List.of("proc", "sys", "dev", "tmp", "run");

  private static final String TEMPORARY = "nosuid,nodev";
  private static final List<String> PROC = List.of("nosuid", "nodev", "noexec");

  private final HostImage image;
  private final MountTable host;
  private final Path root;

  Mounts(HostImage image, MountTable host) {
    this.image = image;
    this.host = host;
    this.root = image.merged();
  }

  /**
   * An overlay whose layers are named by links in the directory where {@code mount} runs: {@code
   * 0}, {@code 1} and so on for the lower ones, topmost first, then {@code upper} and {@code work}.
   * Names of the host's directories could hold the colons and commas of mount options, and would
   * show in the guest's mount table.
   */
  String overlay(int lowerLayers, Footing footing) {
    List<String> lower = new ArrayList<>();
    for (int i = 0; i < lowerLayers; i++) {
      lower.add(Integer.toString(i));
    }
    String options =
        "lowerdir=" + String.join(":", lower) + ",upperdir=upper,workdir=work,userxattr,nodev";
    return rest(outer().overlay(root, options), footing).text();
  }

  /** A plain tree in the overlay's place. */
  String flat(Path tree, Footing footing) {
    List<String> flags = new ArrayList<>(host.flags(tree));
    if (!flags.contains("nodev")) {
      flags.add("nodev");
    }
    return rest(outer().bind(tree, root, flags), footing).text();
  }

  /**
   * Mounts without which a sandbox works too: in a user namespace, the host's {@code /sys} comes
   * with everything below it, of which the user may be able to write some (delegated control
   * groups).
   */
  String optional(Footing footing) {
    Fstab fstab = new Fstab();
    if (footing == Footing.USER_NAMESPACE) {
      readOnlyBelow(fstab, Path.of("/sys"));
    }
    return fstab.text();
  }

  private Fstab outer() {
    Fstab fstab = new Fstab();
    return fstab.bindReadOnly(image.outer(), image.outer(), host.flags(image.outer()));
  }

  private Fstab rest(Fstab fstab, Footing footing) {
    for (String name : HostImage.programDirectories()) {
      Path source = Path.of("/", name);
      fstab.bindReadOnly(source, root.resolve(name), host.flags(source));
      readOnlyBelow(fstab, source);
    }
    fstab.mount("proc", root.resolve("proc"), String.join(",", PROC));
    for (String name : KERNEL) {
      if (Files.exists(Path.of("/proc", name))) {
        Path own = root.resolve("proc").resolve(name);
        fstab.bindReadOnly(own, own, PROC);
      }
    }
    if (footing == Footing.ROOT) {
      fstab.mount("sysfs", root.resolve("sys"), "ro,nosuid,nodev,noexec");
    } else {
      // A user namespace may mount a sysfs only together with a network namespace of its own.
      Path sys = Path.of("/sys");
      fstab.bindReadOnly(sys, root.resolve("sys"), host.flags(sys));
    }
    fstab.mount("tmpfs", root.resolve("tmp"), "mode=1777," + TEMPORARY);
    fstab.mount("tmpfs", root.resolve("run"), "mode=755," + TEMPORARY);
    return devices(fstab);
  }

  private Fstab devices(Fstab fstab) {
    Path dev = root.resolve("dev");
    fstab.bindReadOnly(image.devices(), dev, host.flags(image.devices()));
    for (String name : HostImage.DEVICES) {
      Path device = Path.of("/dev", name);
      if (Files.exists(device)) {
        fstab.bind(device, dev.resolve(name), List.of());
      }
    }
    fstab.mount("devpts", dev.resolve("pts"), "newinstance,ptmxmode=0666,mode=620,nosuid,noexec");
    return fstab.mount("tmpfs", dev.resolve("shm"), "mode=1777," + TEMPORARY);
  }

  /**
   * A recursive bind makes only its top read-only; what is mounted below needs binds of its own.
   */
  private void readOnlyBelow(Fstab fstab, Path source) {
    for (Path point : host.below(source)) {
      Path target = root.resolve(Path.of("/").relativize(point));
      fstab.bindReadOnly(point, target, host.flags(point));
    }
  }
}
