package run.mags.command.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import run.mags.api.RawAnswer;
import run.mags.api.RawRequest;
import run.mags.api.model.ApiRoute;
import run.mags.client.MagsClient;
import run.mags.command.CliContext;
import run.mags.config.Credentials;
import run.mags.error.CliException;

/** The way to the API, step by step; the first that fails is the last that is tried. */
final class NetworkChecks {
  /** For each step; there are four, and the whole is to take less than 10 s. */
  private static final Duration LIMIT = Duration.ofMillis(2200);

  private static final Duration SKEW = Duration.ofMinutes(2);
  private static final Duration EXPIRES_SOON = Duration.ofDays(7);
  private static final String NETWORK = "check the network, the firewall, and MAGS_API_URL";

  private final CliContext cli;
  private final URI url;
  private final Credentials credentials;
  private final List<Finding> findings = new ArrayList<>();

  /** The way to {@code url}, with these credentials or without any, which are null then. */
  NetworkChecks(CliContext cli, URI url, Credentials credentials) {
    this.cli = cli;
    this.url = url;
    this.credentials = credentials;
  }

  List<Finding> run() {
    boolean https = url.getScheme().equalsIgnoreCase("https");
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    int port = url.getPort() > 0 ? url.getPort() : https ? 443 : 80;
    ApiRoute route = cli.config().route();
    if (https && route.proxy() != null && route.proxy().serves(host, port)) {
      // Names and connections are the proxy's business: what stands behind it may not be known
      // here.
      ask();
      return findings;
    }
    step("DNS", NETWORK, () -> name(host))
        .flatMap(address -> step("TCP", NETWORK, () -> connect(address, port)))
        .filter(address -> !https || trustsMore(route) || secure(address, host, port))
        .ifPresent(address -> ask());
    return findings;
  }

  /** Whether only the client itself knows whom it trusts; the call shows it, then. */
  private static boolean trustsMore(ApiRoute route) {
    return route.certificates() != null;
  }

  /** Does one step; what it finds, or why it failed, is noted. */
  private <T> Optional<T> step(String what, String cure, Callable<T> work) {
    try {
      Optional<T> done = Bounded.begin(LIMIT, work).get();
      if (done.isEmpty()) {
        findings.add(Finding.fail(what, "nothing within " + LIMIT.toMillis() + " ms", cure));
      }
      return done;
    } catch (ExecutionException failed) {
      findings.add(Finding.fail(what, words(failed.getCause()), cure));
      return Optional.empty();
    }
  }

  private static String words(Throwable failed) {
    if (failed instanceof UnknownHostException) {
      return "no such host: " + failed.getMessage();
    }
    return failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
  }

  private InetAddress name(String host) throws IOException {
    InetAddress[] all = InetAddress.getAllByName(host);
    findings.add(
        Finding.ok(
            "DNS", host + " has " + all.length + (all.length == 1 ? " address" : " addresses")));
    return all[0];
  }

  private InetAddress connect(InetAddress address, int port) throws IOException {
    long begin = cli.host().sleeper().nanos();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), (int) LIMIT.toMillis());
    }
    findings.add(Finding.ok("TCP", "port " + port + " answers in " + since(begin) + " ms"));
    return address;
  }

  private boolean secure(InetAddress address, String host, int port) {
    String cure =
        "behind a proxy that opens TLS, or with an authority of your own, name its certificate:"
            + " MAGS_CA_FILE=FILE";
    return step("TLS", cure, () -> handshake(address, host, port)).isPresent();
  }

  private boolean handshake(InetAddress address, String host, int port) throws IOException {
    long begin = cli.host().sleeper().nanos();
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), (int) LIMIT.toMillis());
      try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
        socket.setSoTimeout((int) LIMIT.toMillis());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        String seen = socket.getSession().getProtocol() + " in " + since(begin) + " ms";
        findings.add(certificate(seen, socket.getSession().getPeerCertificates()));
        return true;
      }
    } catch (SSLException refused) {
      throw new IOException("no TLS with " + host + ": " + refused.getMessage(), refused);
    }
  }

  private Finding certificate(String seen, Certificate[] chain) {
    if (chain[0] instanceof X509Certificate own) {
      Instant end = own.getNotAfter().toInstant();
      String until = seen + ", certificate until " + end;
      if (cli.host().clock().instant().plus(EXPIRES_SOON).isAfter(end)) {
        return Finding.warn("TLS", until, "the service has to renew it; nothing to do here");
      }
      return Finding.ok("TLS", until);
    }
    return Finding.ok("TLS", seen);
  }

  private void ask() {
    // Nobody's token: the API shall say that it is one, and answer so much.
    String token = credentials == null ? "none" : credentials.token();
    RawRequest request =
        new RawRequest("GET", "/api/v1/mags-jobs?page=1&page_size=1", List.of(), List.of(), null);
    long begin = cli.host().sleeper().nanos();
    step(
            "API",
            "see whether the service has trouble; else " + NETWORK,
            () -> answer(token, request))
        .ifPresent(answer -> judge(answer, since(begin)));
  }

  private RawAnswer answer(String token, RawRequest request) {
    try (MagsClient client = cli.clientWith(url, token)) {
      return client.api().raw(request);
    }
  }

  private void judge(RawAnswer answer, long millis) {
    String status = answer.head().get(0);
    CliException failure = answer.failure();
    boolean refused = failure != null && failure.status().filter(code -> code == 401).isPresent();
    if (failure == null || refused) {
      findings.add(Finding.ok("API", "it answers in " + millis + " ms"));
    } else {
      findings.add(Finding.fail("API", status, "try again in a moment: mags explain unavailable"));
    }
    clock(answer);
    if (credentials != null && failure == null) {
      findings.add(Finding.ok("token", "accepted, from " + credentials.source()));
    } else if (credentials != null && refused) {
      findings.add(
          Finding.fail(
              "token", "refused, from " + credentials.source(), "run: mags login, or set another"));
    }
  }

  private void clock(RawAnswer answer) {
    for (String line : answer.head()) {
      if (line.regionMatches(true, 0, "date:", 0, 5)) {
        try {
          Instant theirs =
              ZonedDateTime.parse(line.substring(5).strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                  .toInstant();
          Duration apart = Duration.between(theirs, cli.host().clock().instant());
          String detail = "apart from the API's by " + Math.abs(apart.toSeconds()) + " s";
          findings.add(
              apart.abs().compareTo(SKEW) <= 0
                  ? Finding.ok("clock", detail)
                  : Finding.warn("clock", detail, "set the clock: TLS and schedules go by it"));
        } catch (DateTimeParseException none) {
          // A server may write what it likes.
        }
        return;
      }
    }
  }

  private long since(long begin) {
    return (cli.host().sleeper().nanos() - begin) / 1_000_000;
  }
}
