package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;
import run.mags.testing.RawServer;
import run.mags.testing.TunnelProxy;

/** An API of a private CA behind a company's proxy: names that only the proxy can resolve. */
class ProxyTest {
  private static final String HOST = "api.mags.invalid";
  private static final String TOKEN = "not-a-real-token";
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir private Path home;
  private final MockWebServer api = new MockWebServer();
  private final TunnelProxy proxy = new TunnelProxy();
  private MagsCli mags;
  private Path authority;

  @BeforeEach
  void start() throws IOException {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate server =
        new HeldCertificate.Builder().addSubjectAlternativeName(HOST).signedBy(root).build();
    api.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(server, root.certificate())
            .build()
            .sslSocketFactory());
    api.start();
    authority = Files.writeString(home.resolve("ca.pem"), root.certificatePem());
    mags =
        new MagsCli(home)
            .env("MAGS_API_URL", "https://" + HOST + ":" + api.getPort())
            .env("MAGS_API_TOKEN", TOKEN)
            .env("MAGS_CA_FILE", authority.toString())
            .env("HTTPS_PROXY", "http://" + proxy.address())
            .sleeping(new FakeSleeper());
  }

  @AfterEach
  void close() {
    api.close();
    proxy.close();
  }

  private void answers(String json) {
    api.enqueue(new MockResponse.Builder().body(json).build());
  }

  @Test
  void goesThroughATunnelThatShowsTheProxyNothing() throws InterruptedException {
    answers("{\"status\":\"running\"}");

    assertThat(mags.run("status", ID)).exits(0).printsMatch("running");

    assertThat(proxy.heads()).hasSize(1);
    assertThat(proxy.heads().get(0))
        .startsWith("CONNECT " + HOST + ":" + api.getPort() + " HTTP/1.1\r\n")
        .doesNotContain("Authorization");
    assertThat(proxy.carried()).doesNotContain(TOKEN).doesNotContain(ID);
    assertThat(api.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + TOKEN);
  }

  @Test
  void tellsTheProxyAndNobodyElseItsPassword() throws InterruptedException {
    proxy.wanting("Basic bWU6cEBzcw==");
    mags.env("HTTPS_PROXY", null).env("https_proxy", "http://me:p%40ss@" + proxy.address());
    answers("{\"status\":\"running\"}");

    CliResult result = mags.run("--debug", "status", ID);

    assertThat(result).exits(0);
    assertThat(result.err()).doesNotContain("p@ss").doesNotContain("p%40ss");
    assertThat(api.takeRequest().getHeaders().names()).doesNotContain("Proxy-Authorization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"})
  void aProxyThatRefusesIsNamedAndNothingIsSubmitted(String status) {
    proxy.refusing(status + "\r\nProxy-Authenticate: Basic realm=\"x\"");
    mags.env("HTTPS_PROXY", "http://me:secret-word@" + proxy.address());

    CliResult result = mags.run("--debug", "run", "true");

    assertThat(result)
        .exits(125)
        .warnsMatch("^error: .*: the proxy " + proxy.address() + " does not lead to " + HOST)
        .warnsMatch("^hint: check HTTPS_PROXY, and NO_PROXY");
    assertThat(result.err()).doesNotContain("secret-word").doesNotContain("not known");
    assertThat(api.getRequestCount()).isZero();
  }

  @Test
  void aProxyThatIsNotThereIsNamed() {
    String gone = RawServer.nobody().toString();
    mags.env("HTTPS_PROXY", gone);

    assertThat(mags.run("list")).exits(1).warnsOf("the proxy " + gone.substring(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mags.invalid", "a.b, .MAGS.invalid", "*.mags.invalid", "*", HOST})
  void goesStraightWhereNoProxySaysSo(String exceptions) {
    mags.env("NO_PROXY", exceptions);

    assertThat(mags.run("list"))
        .exits(1)
        .warnsOf("cannot list jobs: the name " + HOST + " cannot be resolved")
        .warnsMatch("^hint: check the network and MAGS_API_URL");
    assertThat(proxy.heads()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://me:secret-word@h:1", "http://me:secret-word@h:99999", "ht tp:"})
  void whatIsNoProxyIsSaidWithoutItsPassword(String proxyUrl) {
    mags.env("HTTPS_PROXY", proxyUrl);

    CliResult result = mags.run("--debug", "list");

    assertThat(result).exits(1).warnsMatch("^error: HTTPS_PROXY cannot be used: ");
    assertThat(result.err()).doesNotContain("secret-word");
  }

  @Test
  void thisMachineIsReachedWithoutAProxy() {
    try (FakeApi local = new FakeApi().answers("{\"status\":\"running\"}")) {
      mags.env("MAGS_API_URL", local.url().toString());

      assertThat(mags.run("status", ID)).exits(0);
    }
    assertThat(proxy.heads()).isEmpty();
  }

  @Test
  void aPrivateAuthorityHasToBeNamed() {
    mags.env("MAGS_CA_FILE", null);

    assertThat(mags.run("run", "true"))
        .exits(125)
        .warnsMatch("has no certificate that is trusted here")
        .warnsMatch("^hint: a private CA is trusted with MAGS_CA_FILE=FILE");
    assertThat(api.getRequestCount()).isZero();
  }

  @Test
  void aFileOfCertificatesThatIsNoneIsNamed() throws IOException {
    Path other = home.resolve("other.pem");
    mags.env("MAGS_CA_FILE", other.toString());
    for (String content : new String[] {null, "", "hello", "-----BEGIN CERTIFICATE-----\nx\n"}) {
      if (content != null) {
        Files.writeString(other, content);
      }

      assertThat(mags.run("list"))
          .exits(1)
          .warnsOf("cannot read the certificates of " + other)
          .warnsMatch("^hint: MAGS_CA_FILE is to name");
    }
    assertThat(proxy.heads()).isEmpty();
  }

  @Test
  void loginUsesTheSameWay() {
    answers("{\"jobs\":[]}");

    assertThat(mags.terminal(new FakeTerminal(TOKEN + "\n")).run("login", "--with-token")).exits(0);
    assertThat(proxy.heads()).hasSize(1);
  }
}
