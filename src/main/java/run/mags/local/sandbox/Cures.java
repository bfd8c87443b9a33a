package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What to do about a host that refuses namespaces: explains a failure, never predicts one. */
final class Cures {
  private final Path root;
  private final boolean superuser;

  /**
   * @param root the host's root directory; another one in tests
   * @param superuser whether this process is root already
   */
  Cures(Path root, boolean superuser) {
    this.root = root;
    this.superuser = superuser;
  }

  /** One sentence. */
  String forNamespaces() {
    if (reads("proc/sys/user/max_user_namespaces", "0")) {
      return "Allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000";
    }
    if (reads("proc/sys/kernel/unprivileged_userns_clone", "0")) {
      return "Allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1";
    }
    if (reads("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
      return "Allow user namespaces: sudo sysctl -w"
          + " kernel.apparmor_restrict_unprivileged_userns=0";
    }
    if (Files.exists(root.resolve(".dockerenv"))
        || Files.exists(root.resolve("run/.containerenv"))) {
      return "Start the container with --privileged, or with --security-opt seccomp=unconfined"
          + " --security-opt apparmor=unconfined --security-opt systempaths=unconfined";
    }
    if (superuser) {
      return "Run the local backend where root may mount: outside of a chroot, a container or"
          + " another sandbox.";
    }
    return "Run the local backend as root, or on a Linux that allows user namespaces.";
  }

  private boolean reads(String file, String value) {
    try {
      return KernelSetting.read(root.resolve(file)).equals(value);
    } catch (IOException e) {
      return false;
    }
  }
}
