package run.mags.command.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.mags.api.model.ApiRoute;
import run.mags.api.model.HttpProxy;
import run.mags.command.CliContext;
import run.mags.command.Version;
import run.mags.config.OwnerOnly;
import run.mags.error.CliException;
import run.mags.error.FileReason;

/** What is on this machine: the program, its Java, its files, and what might be in the way. */
final class MachineChecks {
  private static final List<String> OTHER_PROXIES =
      List.of("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");

  private final CliContext cli;
  private final List<Finding> findings = new ArrayList<>();

  MachineChecks(CliContext cli) {
    this.cli = cli;
  }

  List<Finding> run() {
    java();
    proxies();
    configuration();
    runtime();
    knownHosts();
    return findings;
  }

  private void java() {
    findings.add(
        Finding.ok(
            "mags",
            Version.text()
                + " on "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")));
    String version = System.getProperty("java.version");
    Path home = Path.of(System.getProperty("java.home"));
    boolean own = Files.exists(home.resolveSibling("lib").resolve("mags.jar"));
    String whose = own ? "its own" : "found on this machine";
    if (System.getProperty("mags.classes") != null) {
      findings.add(Finding.ok("Java", version + ", " + whose + ", with classes made ready"));
    } else {
      findings.add(
          Finding.warn(
              "Java",
              version + ", " + whose + ", without classes made ready: each start takes longer",
              "use the archive that brings a Java of its own, without MAGS_JAVA and heap options"
                  + " in MAGS_JAVA_OPTS"));
    }
  }

  private void proxies() {
    try {
      ApiRoute route = cli.config().route();
      HttpProxy proxy = route.proxy();
      if (proxy != null) {
        // Not the value: it may hold a password.
        findings.add(Finding.ok("proxy", proxy.host() + ":" + proxy.port() + ", by HTTPS_PROXY"));
      } else {
        otherProxies();
      }
      Path added = route.certificates();
      findings.add(
          Finding.ok("certificates", "those of Java" + (added == null ? "" : " and of " + added)));
    } catch (CliException unusable) {
      findings.add(Finding.fail("proxy", unusable.getMessage(), unusable.hint().orElse("")));
    }
  }

  private void otherProxies() {
    Map<String, String> env = cli.host().env();
    List<String> set =
        OTHER_PROXIES.stream().filter(name -> !env.getOrDefault(name, "").isEmpty()).toList();
    findings.add(
        set.isEmpty()
            ? Finding.ok("proxy", "none")
            : Finding.warn(
                "proxy",
                String.join(", ", set) + " not used",
                "the API is reached by https: set HTTPS_PROXY"));
  }

  private void configuration() {
    String what = "config file";
    Path file = cli.config().store().file();
    try {
      cli.config().store().read();
      if (!Files.exists(file)) {
        findings.add(Finding.ok(what, "none at " + file));
      } else if (OwnerOnly.isOurs(file.toRealPath(), "------")) {
        findings.add(Finding.ok(what, file + ", only its owner can read it"));
      } else {
        findings.add(Finding.warn(what, file + " can be read by others", "chmod 600 " + file));
      }
    } catch (CliException broken) {
      findings.add(Finding.fail(what, broken.getMessage(), broken.hint().orElse("")));
    } catch (IOException unreadable) {
      findings.add(Finding.fail(what, file + ": " + FileReason.of(unreadable), "check its owner"));
    }
  }

  private void runtime() {
    String what = "runtime directory";
    Optional<Path> cache = cli.config().cacheDirectory();
    if (cache.isEmpty()) {
      findings.add(Finding.ok(what, "not used: MAGS_CACHE is off"));
      return;
    }
    Path directory = cache.get();
    try {
      if (!Files.exists(directory)) {
        findings.add(Finding.ok(what, directory + " is made when it is needed"));
      } else if (!OwnerOnly.isOurs(directory, "r-xr-x")) {
        findings.add(
            Finding.warn(
                what,
                directory
                    + " is a link, somebody else's, or writable for others, so it is not used",
                "chmod 700 " + directory + ", or unset XDG_RUNTIME_DIR"));
      } else if (!Files.isWritable(directory)) {
        findings.add(
            Finding.warn(what, directory + " cannot be written", "chmod 700 " + directory));
      } else {
        findings.add(Finding.ok(what, directory.toString()));
      }
    } catch (IOException unreadable) {
      findings.add(
          Finding.warn(what, directory + ": " + FileReason.of(unreadable), "check its owner"));
    }
  }

  private void knownHosts() {
    String what = "SSH known hosts";
    Path file = cli.config().store().directory().resolve("known_hosts");
    if (!Files.exists(file)) {
      findings.add(Finding.ok(what, "none yet at " + file));
      return;
    }
    try {
      int machines = Files.readAllLines(file).size();
      boolean ours = OwnerOnly.isOurs(file.toRealPath(), "r--r--");
      findings.add(
          ours
              ? Finding.ok(what, machines + " machines in " + file)
              : Finding.warn(what, file + " can be written by others", "chmod 600 " + file));
    } catch (IOException broken) {
      findings.add(
          Finding.fail(
              what, file + ": " + FileReason.of(broken), "remove it: host keys are learned anew"));
    }
  }
}
