package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import run.mags.testing.FakeSleeper;

/** The parts of TLS that are ours. */
class TlsTest {
  private static List<String> groups(SSLSocket socket) throws ReflectiveOperationException {
    String[] groups =
        (String[])
            SSLParameters.class.getMethod("getNamedGroups").invoke(socket.getSSLParameters());
    return groups == null ? List.of() : List.of(groups);
  }

  @Test
  void onlyTheFirstSocketIsLean() throws Exception {
    LeanTlsSockets sockets = new LeanTlsSockets(SSLContext.getDefault().getSocketFactory());
    try (SSLSocket first = plain(sockets);
        SSLSocket second = plain(sockets)) {
      if (Runtime.version().feature() >= 20) {
        assertThat(groups(first)).containsExactly("x25519");
        assertThat(groups(second)).isNotEqualTo(List.of("x25519"));
      }
      assertThat(first.getSupportedCipherSuites()).isEqualTo(second.getSupportedCipherSuites());
    }
  }

  /** A TLS socket over one that leads nowhere yet: no byte is sent before its handshake. */
  private static SSLSocket plain(LeanTlsSockets sockets) throws Exception {
    try (java.net.ServerSocket server =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      java.net.Socket near =
          new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), server.getLocalPort());
      return (SSLSocket) sockets.createSocket(near, "localhost", server.getLocalPort(), true);
    }
  }

  private static KeyStore roots(HeldCertificate... held) throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    for (HeldCertificate one : held) {
      roots.setCertificateEntry("root", one.certificate());
    }
    return roots;
  }

  private static HeldCertificate localhost() {
    return new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
  }

  private static String get(MockWebServer server, KeyStore roots) throws Exception {
    TrustedRoots trusted = new TrustedRoots(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trusted}, null);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(new LeanTlsSockets(context.getSocketFactory()), trusted)
            .build();
    try (Response response =
        client.newCall(new Request.Builder().url(server.url("/")).build()).execute()) {
      return response.body().string();
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  @Test
  void whatJavaTrustsIsTrustedAndNothingElse() throws Exception {
    HeldCertificate own = localhost();
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(
          new HandshakeCertificates.Builder().heldCertificate(own).build().sslSocketFactory());
      server.enqueue(new MockResponse.Builder().body("hello").build());
      server.start();

      assertThatThrownBy(() -> get(server, roots(localhost())))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("PKIX");
      assertThat(get(server, roots(own))).isEqualTo("hello");
    }
  }

  @Test
  void anUntrustedCertificateIsSaidAtOnce() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(
          new HandshakeCertificates.Builder()
              .heldCertificate(localhost())
              .build()
              .sslSocketFactory());
      server.start();
      URI url = URI.create("https://localhost:" + server.getPort());
      FakeSleeper sleeper = new FakeSleeper();
      ApiOptions options =
          new ApiOptions(url, "not-a-real-token", "mags/test", sleeper, note -> {}, line -> {});
      try (MagsApiClient api = new MagsApiClient(options)) {
        assertThatThrownBy(() -> api.jobs(1, 50))
            .isInstanceOf(ApiException.class)
            .hasMessageContaining("has no certificate that is trusted here");
      }
      assertThat(sleeper.pauses()).isEmpty();
    }
  }

  @Test
  void aTrustedCertificateOfAnotherHostIsRefused() throws Exception {
    HeldCertificate other =
        new HeldCertificate.Builder().addSubjectAlternativeName("example.com").build();
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(
          new HandshakeCertificates.Builder().heldCertificate(other).build().sslSocketFactory());
      server.start();

      assertThatThrownBy(() -> get(server, roots(other)))
          .isInstanceOf(SSLPeerUnverifiedException.class);
    }
  }

  @Test
  void noRootsTrustNobody() throws Exception {
    TrustedRoots trusted = new TrustedRoots(roots());

    assertThatThrownBy(
            () ->
                trusted.checkServerTrusted(
                    new X509Certificate[] {localhost().certificate()}, "ECDHE_ECDSA"))
        .hasMessageContaining("trustAnchors");
    assertThat(trusted.getAcceptedIssuers()).isEmpty();
  }
}
