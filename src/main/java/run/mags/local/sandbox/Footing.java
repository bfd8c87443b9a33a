package run.mags.local.sandbox;

import java.util.ArrayList;
import java.util.List;

/** From where namespaces are made, which decides what keeps a guest's root from the host. */
enum Footing {
  /**
   * As the host's root, without a user namespace: capabilities are taken away on entering, where
   * {@code setpriv} is present.
   */
  ROOT,
  /** As any user, inside a user namespace in which that one user is root. */
  USER_NAMESPACE;

  /**
   * What a guest's root keeps: what installers and servers need, and nothing that reaches the host
   * (no mounts, no devices, no network settings, no kernel settings). SYS_CHROOT stays, because a
   * login enters {@code /overlay} by chroot.
   */
  private static final String KEPT_CAPABILITIES =
      "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap"
          + ",+net_bind_service,+net_raw,+sys_chroot,+audit_write,+setfcap";

  /**
   * The command that starts the first process of a sandbox, up to the program to run. It leads a
   * session of its own, so that a Ctrl-C in the backend's terminal does not end it.
   */
  List<String> create(Tools tools) {
    List<String> command = new ArrayList<>(List.of(tools.need("setsid"), tools.need("unshare")));
    if (this == USER_NAMESPACE) {
      command.addAll(List.of("-U", "-r"));
    }
    command.addAll(List.of("-m", "-p", "-f", "-u", "-i", "--kill-child"));
    return command;
  }

  /**
   * The command that runs a program inside a sandbox, up to the program.
   *
   * @param init the host's process id of the first process inside
   * @param root the directory inside that becomes the root, {@code /} or below
   * @param home the working directory, seen from the sandbox's outer root
   */
  List<String> enter(Tools tools, long init, String root, String home) {
    List<String> command = nsenter(tools, init, root, home);
    command.addAll(setsid(tools));
    return command;
  }

  /**
   * The same for a sandbox with a root file system of its own, which need not have the programs
   * that lead there: they are those of the outermost root.
   *
   * @param root the directory inside that becomes the root
   * @param home the working directory, seen from there; the root where there is none
   */
  List<String> enterByChroot(Tools tools, long init, String root, String home) {
    List<String> command = nsenter(tools, init, "/", "/");
    command.addAll(setsid(tools));
    command.addAll(List.of(tools.need("chroot"), root, "/bin/sh", "-c"));
    command.addAll(List.of("cd \"$0\" 2>/dev/null || cd /; exec \"$@\"", home));
    return command;
  }

  private List<String> nsenter(Tools tools, long init, String root, String home) {
    String inside = "/proc/" + init + "/root";
    List<String> command = new ArrayList<>();
    command.addAll(List.of(tools.need("nsenter"), "-t", Long.toString(init)));
    if (this == USER_NAMESPACE) {
      command.addAll(List.of("-U", "--preserve-credentials"));
    }
    command.addAll(List.of("-m", "-p", "-u", "-i"));
    command.addAll(List.of("--root=" + inside + root, "--wd=" + inside + home, "--"));
    // A user namespace whose root is the host's root has that one's files, /proc/sys among them.
    if (this == ROOT || Root.here()) {
      tools
          .path("setpriv")
          .ifPresent(
              setpriv ->
                  command.addAll(
                      List.of(
                          setpriv,
                          "--inh-caps=-all",
                          "--bounding-set=" + KEPT_CAPABILITIES,
                          "--")));
    }
    return command;
  }

  /**
   * Made inside, after nsenter has forked: "kill 0" in a script must not reach nsenter, whose exit
   * code is the command's.
   */
  private static List<String> setsid(Tools tools) {
    return List.of(tools.need("setsid"), "--");
  }

  /** The footings to try for this process, best first. */
  static List<Footing> candidates(boolean root) {
    return root ? List.of(ROOT, USER_NAMESPACE) : List.of(USER_NAMESPACE);
  }
}
