package run.mags.ssh;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a SOCKS client asks for: version 5 (RFC 1928) without a password, or 4 and 4a. Only
 * connecting is possible. Host names are left for the other side to look up.
 *
 * @param host a name or an address
 * @param port where to connect to
 * @param version 4 or 5; 0 for a connection that does not speak SOCKS and is told nothing
 */
record SocksRequest(String host, int port, int version) {
  private static final int CONNECT = 1;
  private static final int LONGEST_NAME = 255;
  private static final byte[] GRANTED_4 = {0, 90, 0, 0, 0, 0, 0, 0};
  private static final byte[] REFUSED_4 = {0, 91, 0, 0, 0, 0, 0, 0};
  private static final byte[] NO_PASSWORD_5 = {5, 0};
  private static final byte[] NO_METHOD_5 = {5, (byte) 0xff};

  /** Reads the request, and answers what has to be answered on the way to it. */
  static SocksRequest read(InputStream stream, OutputStream out) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int version = in.readUnsignedByte();
    return switch (version) {
      case 4 -> read4(in, out);
      case 5 -> read5(in, out);
      default -> throw new IOException("the client does not speak SOCKS");
    };
  }

  private static SocksRequest read4(DataInputStream in, OutputStream out) throws IOException {
    int command = in.readUnsignedByte();
    int port = in.readUnsignedShort();
    byte[] address = in.readNBytes(4);
    readText(in);
    // 0.0.0.x with x > 0 says that a name follows (4a).
    boolean named = address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0;
    String host = named ? readText(in) : InetAddress.getByAddress(address).getHostAddress();
    if (command != CONNECT) {
      out.write(REFUSED_4);
      throw new IOException("SOCKS command " + command + " is not possible");
    }
    return new SocksRequest(host, port, 4);
  }

  private static String readText(InputStream in) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int next = in.read(); next != 0; next = in.read()) {
      if (next < 0 || text.size() > LONGEST_NAME) {
        throw new IOException("a broken SOCKS request");
      }
      text.write(next);
    }
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  private static SocksRequest read5(DataInputStream in, OutputStream out) throws IOException {
    byte[] methods = in.readNBytes(in.readUnsignedByte());
    boolean possible = new String(methods, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
    out.write(possible ? NO_PASSWORD_5 : NO_METHOD_5);
    if (!possible || in.readUnsignedByte() != 5) {
      throw new IOException("the SOCKS client wants to log in");
    }
    int command = in.readUnsignedByte();
    in.readUnsignedByte();
    int type = in.readUnsignedByte();
    String host =
        switch (type) {
          case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
          case 3 -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
          case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
          default -> throw new IOException("a broken SOCKS request");
        };
    int port = in.readUnsignedShort();
    if (command != CONNECT) {
      out.write(answer5(7));
      throw new IOException("SOCKS command " + command + " is not possible");
    }
    return new SocksRequest(host, port, 5);
  }

  /** What tells the client whether it is connected. */
  byte[] answer(boolean connected) {
    return switch (version) {
      case 4 -> connected ? GRANTED_4.clone() : REFUSED_4.clone();
      case 5 -> answer5(connected ? 0 : 5);
      default -> new byte[0];
    };
  }

  /** RFC 1928, section 6; the address is of no use to anybody. */
  private static byte[] answer5(int code) {
    return new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0};
  }
}
