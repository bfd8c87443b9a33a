package run.mags.keeper;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a caller hands over.
 *
 * @param key what its JVM has in common with the keeper's, see {@link KeeperSocket}
 * @param args the command line
 * @param env the environment; it may hold secrets
 * @param home the home directory
 * @param cwd the working directory
 * @param terminals which of the three streams are terminals
 */
record Request(
    String key,
    List<String> args,
    Map<String, String> env,
    String home,
    String cwd,
    List<Boolean> terminals) {

  /** The environment stays out of logs. */
  @Override
  public String toString() {
    return "Request[cwd=" + cwd + "]";
  }

  byte[] encoded() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    DataOutputStream out = new DataOutputStream(bytes);
    write(out, key);
    write(out, home);
    write(out, cwd);
    for (boolean terminal : terminals) {
      out.writeBoolean(terminal);
    }
    out.writeInt(args.size());
    for (String arg : args) {
      write(out, arg);
    }
    out.writeInt(env.size());
    for (Map.Entry<String, String> variable : env.entrySet()) {
      write(out, variable.getKey());
      write(out, variable.getValue());
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes, 0, bytes.length);
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws IOException if it is something else
   */
  static Request decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    String key = read(in);
    String home = read(in);
    String cwd = read(in);
    List<Boolean> terminals = List.of(in.readBoolean(), in.readBoolean(), in.readBoolean());
    String[] args = new String[count(in)];
    for (int i = 0; i < args.length; i++) {
      args[i] = read(in);
    }
    int variables = count(in);
    Map<String, String> env = new HashMap<>();
    for (int i = 0; i < variables; i++) {
      env.put(read(in), read(in));
    }
    return new Request(key, List.of(args), env, home, cwd, terminals);
  }

  private static String read(DataInputStream in) throws IOException {
    return new String(in.readNBytes(count(in)), StandardCharsets.UTF_8);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available()) {
      throw new IOException("not a request");
    }
    return count;
  }
}
