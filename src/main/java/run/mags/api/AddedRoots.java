package run.mags.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import run.mags.api.model.ApiRoute;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/** Trusts whom Java trusts, and whom the user's own certificates vouch for. */
final class AddedRoots extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager java;
  private final X509ExtendedTrustManager added;

  private AddedRoots(X509ExtendedTrustManager java, X509ExtendedTrustManager added) {
    this.java = java;
    this.added = added;
  }

  /**
   * Trust in {@code java} and in the certificates of {@code route}, if it names any.
   *
   * @throws CliException (CONFIG) if they cannot be read
   */
  static X509ExtendedTrustManager beside(X509ExtendedTrustManager java, ApiRoute route) {
    return route.certificates() == null
        ? java
        : new AddedRoots(java, new TrustedRoots(read(route.certificates())));
  }

  private static KeyStore read(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        roots.setCertificateEntry("root" + roots.size(), each);
      }
      if (roots.size() == 0) {
        throw unusable(file, "it has no certificate", null);
      }
      return roots;
    } catch (IOException unreadable) {
      throw unusable(file, FileReason.of(unreadable), unreadable);
    } catch (GeneralSecurityException broken) {
      throw unusable(file, "it has a certificate that is broken", broken);
    }
  }

  private static CliException unusable(Path file, String why, Exception cause) {
    return new CliException(
        ErrorKind.CONFIG,
        "cannot read the certificates of " + file + ": " + why,
        "MAGS_CA_FILE is to name a file of PEM certificates",
        cause);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      java.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException notJavas) {
      added.checkServerTrusted(chain, authType, socket);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      java.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException notJavas) {
      added.checkServerTrusted(chain, authType, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      java.checkServerTrusted(chain, authType);
    } catch (CertificateException notJavas) {
      added.checkServerTrusted(chain, authType);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    java.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    java.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    java.checkClientTrusted(chain, authType);
  }

  /** None, as with {@link TrustedRoots}. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
