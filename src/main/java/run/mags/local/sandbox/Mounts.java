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

  /** The parts of {@code /sys} that programs look at. */
  private static final List<String> SYSTEM =
      List.of("block", "bus", "class", "dev", "devices", "firmware", "kernel/mm", "module");

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
   *
   * @param kept whether the upper directory outlives the sandbox; otherwise nothing is ever synced
   *     to disk, which the kernel else does with the whole file system at the end
   */
  String overlay(int lowerLayers, boolean kept, Footing footing) {
    List<String> lower = new ArrayList<>();
    for (int i = 0; i < lowerLayers; i++) {
      lower.add(Integer.toString(i));
    }
    String options =
        "lowerdir="
            + String.join(":", lower)
            + ",upperdir=upper,workdir=work,userxattr,index=off,nodev"
            + (kept ? "" : ",volatile");
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
   * What a recursive bind leaves writable: the mounts below its top. One per line, {@code must} or
   * {@code may} (whether a failure matters), the options to remount with, and the mount point.
   */
  String readOnly(Footing footing) {
    StringBuilder lines = new StringBuilder();
    for (String name : HostImage.programDirectories()) {
      for (Path point : host.below(Path.of("/", name))) {
        // As a plain user nothing there can be written anyway, but for what is that user's.
        lines.append(footing == Footing.ROOT ? "must " : "may ").append("remount,bind,ro");
        host.flags(point).forEach(flag -> lines.append(',').append(flag));
        Path place = image.programs().resolve(Path.of("/").relativize(point));
        lines.append(' ').append(place).append('\n');
      }
    }
    return lines.toString();
  }

  private Fstab outer() {
    Fstab fstab = new Fstab();
    return fstab.bindReadOnly(image.outer(), image.outer(), host.flags(image.outer()));
  }

  private Fstab rest(Fstab fstab, Footing footing) {
    for (String name : HostImage.programDirectories()) {
      Path source = Path.of("/", name);
      fstab.bindReadOnly(source, image.programs().resolve(name), host.flags(source));
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
      system(fstab);
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
   * A user namespace may mount a sysfs only together with a network namespace of its own. The
   * host's parts are shown instead, without those that have mounts below: control groups, some of
   * which a user may be able to write.
   */
  private void system(Fstab fstab) {
    Path sys = Path.of("/sys");
    fstab.mount("tmpfs", root.resolve("sys"), "mode=755,nosuid,nodev,noexec");
    for (String name : SYSTEM) {
      Path source = sys.resolve(name);
      if (Files.isDirectory(source) && host.below(source).isEmpty()) {
        List<String> flags = new ArrayList<>(host.flags(source));
        flags.add("X-mount.mkdir");
        fstab.bindReadOnly(source, root.resolve("sys").resolve(name), flags);
      }
    }
  }
}
