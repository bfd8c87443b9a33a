package run.mags.api;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Java's own trust in certificates, made ready beside the connection: reading the roots that Java
 * ships takes a cold process some 30 ms, and none is needed before the server's certificate has
 * come. Every decision is that of the JDK's trust manager.
 */
final class TrustedRoots extends X509ExtendedTrustManager {
  private final CompletableFuture<X509ExtendedTrustManager> java = new CompletableFuture<>();

  /**
   * Begins to read the roots.
   *
   * @param roots where they are; null for those of Java, which the property {@code
   *     javax.net.ssl.trustStore} may name
   */
  TrustedRoots(KeyStore roots) {
    Thread reader =
        new Thread("mags-trusted-roots") {
          @Override
          public void run() {
            read(roots);
          }
        };
    reader.setDaemon(true);
    reader.start();
  }

  private void read(KeyStore roots) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(roots);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          java.complete(extended);
          return;
        }
      }
      throw new GeneralSecurityException("Java has no trust manager for X.509");
    } catch (GeneralSecurityException | RuntimeException | Error e) {
      java.completeExceptionally(e);
    }
  }

  private X509ExtendedTrustManager java() throws CertificateException {
    try {
      return java.join();
    } catch (CompletionException e) {
      throw new CertificateException("cannot read the trusted certificates", e.getCause());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    java().checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    java().checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    java().checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    java().checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    java().checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    java().checkClientTrusted(chain, authType);
  }

  /**
   * None: a server would name them to its clients, which this never is, and OkHttp would only look
   * for the root of a chain that was trusted already, to compare it with pins, of which we have
   * none.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
