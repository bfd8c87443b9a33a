package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import run.mags.api.model.Json;

/**
 * One small HTTP exchange with a backend on this machine, over a plain socket: every command with
 * {@code --local} begins with one, and no HTTP client of the JDK is ready as fast.
 *
 * @param status the HTTP status
 * @param body the JSON document of the answer
 */
record LoopbackCall(int status, JsonNode body) {
  private static final int CONNECT_MS = 2_000;
  private static final int ANSWER_MS = 10_000;
  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final String END_OF_HEAD = "\r\n\r\n";

  /**
   * Sends a request without a body.
   *
   * @param token the bearer token, or null
   * @throws IOException if nobody answers, or not in HTTP and JSON
   */
  static LoopbackCall send(String method, URI server, String path, String token)
      throws IOException {
    String request =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + server.getAuthority()
            + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
            + "\r\nContent-Length: 0\r\nConnection: close"
            + END_OF_HEAD;
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), CONNECT_MS);
      socket.setSoTimeout(ANSWER_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return read(socket.getInputStream());
    }
  }

  private static LoopbackCall read(InputStream in) throws IOException {
    String answer = new String(in.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
    int body = answer.indexOf(END_OF_HEAD);
    if (body < 0 || !answer.startsWith("HTTP/1.1 ") || answer.length() < 12) {
      throw new IOException("what listens there does not speak HTTP");
    }
    try {
      int status = Integer.parseInt(answer, 9, 12, 10);
      return new LoopbackCall(status, Json.read(answer.substring(body + END_OF_HEAD.length())));
    } catch (NumberFormatException e) {
      throw new IOException("what listens there does not speak HTTP", e);
    }
  }
}
