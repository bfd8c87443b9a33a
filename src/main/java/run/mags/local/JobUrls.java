package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import run.mags.api.model.Access;
import run.mags.local.net.Reach;
import run.mags.local.proxy.Destination;
import run.mags.local.proxy.Refusal;
import run.mags.local.proxy.UrlProxy;

/**
 * The URLs of all jobs. Each open port of a sandbox has a port of its own on this machine, and the
 * job's subdomain leads to the one asked for last. All of it stays the same over a restart, as far
 * as the ports are free then.
 */
final class JobUrls implements AutoCloseable {
  /** Where an alias leads as long as nobody has asked for access to a port. */
  private static final int STANDARD_PORT = 8080;

  private static final String PORT_FILE = "url-port";

  private final Jobs jobs;
  private final UrlAliases aliases;
  private final Workers workers;
  private final Map<String, OpenPorts> bySubdomain = new ConcurrentHashMap<>();
  private UrlProxy proxy;
  private int port;

  private JobUrls(Jobs jobs, UrlAliases aliases, Workers workers) {
    this.jobs = jobs;
    this.aliases = aliases;
    this.workers = workers;
  }

  /**
   * Opens the URLs again that were open before.
   *
   * @param state the state directory
   */
  static JobUrls open(Path state, Jobs jobs, UrlAliases aliases, Workers workers)
      throws IOException {
    JobUrls urls = new JobUrls(jobs, aliases, workers);
    urls.proxy = UrlProxy.open(urls::find, workers.pool(), workers.warnings());
    try {
      urls.port = urls.listen(state.resolve(PORT_FILE));
      for (LocalJob job : jobs.all()) {
        urls.restore(job);
      }
      return urls;
    } catch (IOException e) {
      urls.close();
      throw e;
    }
  }

  private int listen(Path file) throws IOException {
    int before = 0;
    try {
      before = Integer.parseInt(Files.readString(file).strip());
      return proxy.listen(before);
    } catch (IOException | IllegalArgumentException noneOrTaken) {
      int fresh = proxy.listen(0);
      OwnerOnly.replace(file, Integer.toString(fresh).getBytes(StandardCharsets.US_ASCII));
      return fresh;
    }
  }

  private void restore(LocalJob job) throws IOException {
    if (job.hasEnded()) {
      return;
    }
    try {
      OpenPorts ports = OpenPorts.load(job);
      for (Map.Entry<Integer, Integer> entry : ports.all().entrySet()) {
        ports.put(entry.getKey(), listen(job, entry.getKey(), entry.getValue()));
      }
      if (ports.latest() != 0) {
        ports.save();
        publish(ports);
      }
    } catch (IOException e) {
      workers
          .warnings()
          .accept("the URLs of job " + job.id() + " are lost: " + StateDirectory.reason(e));
    }
  }

  /** Listens again where it did before, if that port is free. */
  private int listen(LocalJob job, int inside, int before) throws IOException {
    Destination to = new SandboxPort(job, inside, proxy);
    try {
      return proxy.listen(before, to);
    } catch (IOException | IllegalArgumentException taken) {
      return proxy.listen(0, to);
    }
  }

  private void publish(OpenPorts ports) {
    bySubdomain.put(ports.job().subdomain(), ports);
    ports.job().showUrl(own(ports.own(ports.latest())));
  }

  /** The jobs that have URLs. */
  List<LocalJob> open() {
    return bySubdomain.values().stream().map(OpenPorts::job).toList();
  }

  /**
   * Opens a URL for a port of a job's sandbox, or says again which it is.
   *
   * @param reach the sandbox's network
   * @throws ApiRefusal if that cannot be done
   */
  synchronized Access open(LocalJob job, int inside, Reach reach) {
    if (reach.isHosts() && proxy.listensOn(inside)) {
      throw new ApiRefusal(400, "the local backend listens on port " + inside + " itself");
    }
    try {
      OpenPorts ports = bySubdomain.get(job.subdomain());
      if (ports == null) {
        ports = OpenPorts.load(job);
      }
      Integer own = ports.own(inside);
      if (own == null || !proxy.listensOn(own)) {
        own = listen(job, inside, 0);
      }
      ports.put(inside, own);
      ports.save();
      publish(ports);
      workers.pool().execute(reach::prepare);
      return new Access(
          true, own(own), job.subdomain(), named(job.subdomain()), inside, null, null, null, null);
    } catch (IOException e) {
      throw new ApiRefusal(503, "no URL can be opened: " + StateDirectory.reason(e));
    }
  }

  /** Closes the URLs of a job that has ended. */
  synchronized void close(LocalJob job) {
    OpenPorts ports = bySubdomain.remove(job.subdomain());
    if (ports != null) {
      ports.all().values().forEach(proxy::leave);
      job.showUrl(null);
    }
  }

  private Destination find(String label) throws Refusal {
    OpenPorts ports = bySubdomain.get(label);
    if (ports != null) {
      return new SandboxPort(ports.job(), ports.latest(), proxy);
    }
    UrlAlias alias = aliases.find(label);
    if (alias == null) {
      throw new Refusal(404, "no URL is open under this name");
    }
    LocalJob job = jobs.liveIn(alias.workspaceId());
    if (job == null) {
      throw new Refusal(503, "no job is using the workspace that this name stands for");
    }
    OpenPorts its = bySubdomain.get(job.subdomain());
    return new SandboxPort(job, its == null ? STANDARD_PORT : its.latest(), proxy);
  }

  /** The URL that goes by its name. Only some programs know that such a name is this machine's. */
  String named(String subdomain) {
    return "http://" + subdomain + ".localhost:" + port;
  }

  private static String own(int port) {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    try {
      proxy.close();
    } catch (IOException e) {
      workers.warnings().accept("the URLs were not closed: " + e.getMessage());
    }
  }
}
