package run.mags.api;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Java's TLS sockets, of which the first offers X25519 alone. Java would make a key on the curve
 * P-256, too, whose tables cost a cold process more than all the rest of the handshake. A server
 * that knows no X25519 (RFC 8446, section 9.1, only recommends it) refuses the handshake, before
 * any request was sent; {@link HttpTransport} then tries again on a new socket, which offers all.
 */
final class LeanTlsSockets extends SSLSocketFactory {
  private static final String[] FAST = {"x25519"};

  private final SSLSocketFactory java;
  private final AtomicBoolean first = new AtomicBoolean(true);

  LeanTlsSockets(SSLSocketFactory java) {
    this.java = java;
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return lean(java.createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return lean(java.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return lean(java.createSocket(host, port, from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return lean(java.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return lean(java.createSocket(host, port, from, fromPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return java.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return java.getSupportedCipherSuites();
  }

  private Socket lean(Socket socket) {
    if (first.getAndSet(false) && socket instanceof SSLSocket tls) {
      SSLParameters parameters = tls.getSSLParameters();
      try {
        // Since Java 20; before, groups can be set for the whole JVM only.
        Method setter = SSLParameters.class.getMethod("setNamedGroups", String[].class);
        setter.invoke(parameters, (Object) FAST);
        tls.setSSLParameters(parameters);
      } catch (ReflectiveOperationException olderJava) {
        return socket;
      }
    }
    return socket;
  }
}
