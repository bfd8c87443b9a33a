package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace, held by a process that is tied to this JVM by a pipe, as {@link Lifeline}
 * is. Where it leads to the internet, that is the child of {@code pasta(1)}, which passes packets
 * on for it as connections of its own and ends with it.
 *
 * <p>It is made in a user namespace, also for root: {@code pasta} needs no power over the host for
 * that, and a guest's root has none over the namespace.
 */
final class PrivateNetwork implements AutoCloseable {
  /** Where a sandbox asks for names when the host's own server can only be asked from the host. */
  static final String NAME_SERVER = "169.254.1.1";

  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  /** Nothing of the host is forwarded, neither its ports to the sandbox nor the other way. */
  private static final List<String> PASTA =
      List.of(
          "--config-net",
          "--quiet",
          "--foreground",
          "--no-map-gw",
          "--tcp-ports=none",
          "--udp-ports=none",
          "--tcp-ns=none",
          "--udp-ns=none");

  private final Lifeline lifeline;
  private final boolean internet;

  private PrivateNetwork(Lifeline lifeline, boolean internet) {
    this.lifeline = lifeline;
    this.internet = internet;
  }

  /**
   * Makes one; returns when it can be used.
   *
   * @param footing from where namespaces are made here
   * @param internet whether it leads to the internet, by {@code pasta}, which must be there
   * @throws IOException with the reason, when this machine does not allow it
   */
  static PrivateNetwork start(Footing footing, Tools tools, boolean internet) throws IOException {
    List<String> command = new ArrayList<>(List.of(tools.need("setsid")));
    if (internet) {
      if (footing == Footing.ROOT) {
        command.addAll(List.of(tools.need("unshare"), "-U", "-r"));
      }
      command.add(tools.need("pasta"));
      command.addAll(PASTA);
      if (asksTheHostOnly(resolver())) {
        command.addAll(List.of("--dns-forward", NAME_SERVER));
      }
      command.add("--");
    } else {
      command.addAll(List.of(tools.need("unshare"), "-U", "-r", "-n", "-m"));
    }
    command.addAll(List.of(tools.need("sh"), "-c", Script.named("network.sh"), "network"));
    command.add(internet ? "up" : "down");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", tools.searchPath());
    builder.environment().put("LC_ALL", "C");
    Lifeline lifeline = Lifeline.start(builder, ended -> {}, PrivateNetwork::reason);
    PrivateNetwork network = new PrivateNetwork(lifeline, internet);
    if (!network.isApart()) {
      network.close();
      throw new IOException("the process in the network does not show where it is");
    }
    return network;
  }

  /** The last words, but for those about a system log that is not there. */
  private static String reason(String before, String line) {
    return line.contains("syslog") ? before : line;
  }

  private boolean isApart() throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    return !Files.readSymbolicLink(Path.of("/proc/" + lifeline.pid() + "/ns/net")).equals(own);
  }

  /** Whether it is there still. */
  boolean holds() {
    return lifeline.holds();
  }

  /**
   * The command that runs a program in it, up to the program, among the files of the host. With the
   * user namespace too, where the sandboxes of this footing have one: it is theirs then.
   */
  List<String> enter(Footing footing, Tools tools) {
    List<String> command = new ArrayList<>(List.of(tools.need("nsenter"), "-t", pid(), "-n"));
    if (footing == Footing.USER_NAMESPACE) {
      command.addAll(List.of("-U", "--preserve-credentials"));
    }
    command.add("--");
    return command;
  }

  private String pid() {
    return Long.toString(lifeline.pid());
  }

  /**
   * What {@code /etc/resolv.conf} is to say inside.
   *
   * @param lines what it says outside
   */
  List<String> resolverInside(List<String> lines) {
    if (!internet || !asksTheHostOnly(lines)) {
      return lines;
    }
    List<String> inside = new ArrayList<>();
    inside.add("nameserver " + NAME_SERVER);
    lines.stream().filter(line -> !isServer(line)).forEach(inside::add);
    return inside;
  }

  /** Lines as a file. */
  static byte[] text(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The lines of the host's file; none if there is none. */
  static List<String> resolver() throws IOException {
    return Files.isReadable(RESOLVER)
        ? Files.readAllLines(RESOLVER, StandardCharsets.ISO_8859_1)
        : List.of();
  }

  /** Whether all name servers are on the host's loopback interface, as with systemd-resolved. */
  static boolean asksTheHostOnly(List<String> resolver) {
    List<String> servers = resolver.stream().filter(PrivateNetwork::isServer).toList();
    return !servers.isEmpty() && servers.stream().allMatch(PrivateNetwork::isLoopback);
  }

  private static boolean isServer(String line) {
    return line.strip().startsWith("nameserver");
  }

  private static boolean isLoopback(String server) {
    String address = server.strip().substring("nameserver".length()).strip();
    return address.startsWith("127.") || address.equals("::1");
  }

  /** Lets go of it, without waiting: the kernel takes it away when its last process has ended. */
  @Override
  public void close() {
    Thread end = new Thread(lifeline::close, "mags-network-end");
    end.setDaemon(true);
    end.start();
  }
}
