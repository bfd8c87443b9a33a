package run.mags.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import org.junit.jupiter.api.Test;
import run.mags.local.proxy.ProxyFixture.Wire;

/** A GiB in each direction, in chunks, within a memory that does not grow with it. */
class BigBodiesIT {
  private static final int PIECES = 16 * 1024;
  private static final String SIZE = "10000\r\n";
  private static final byte[] CHUNK = chunk();
  private static final long KEPT_MOST = 48L << 20;

  private static byte[] chunk() {
    byte[] chunk = new byte[SIZE.length() + (64 << 10) + 2];
    System.arraycopy(SIZE.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, chunk, 0, 7);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    return chunk;
  }

  private static void sendGib(Wire wire) throws IOException {
    for (int i = 0; i < PIECES; i++) {
      wire.send(CHUNK);
    }
    wire.send("0\r\n\r\n");
  }

  /** How many bytes of data come in chunks, which may be others than were sent. */
  private static long count(Wire wire) throws IOException {
    byte[] scrap = new byte[64 << 10];
    long bytes = 0;
    for (int size = size(wire); size > 0; size = size(wire)) {
      int left = size;
      while (left > 0) {
        left -= wire.in().readNBytes(scrap, 0, Math.min(left, scrap.length));
      }
      wire.take(2);
      bytes += size;
    }
    wire.take(2);
    return bytes;
  }

  private static int size(Wire wire) throws IOException {
    return Integer.parseInt(wire.upTo("\r\n").strip(), 16);
  }

  @Test
  void aGibGoesThroughInEachDirection() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  long came = count(wire);
                  wire.send("HTTP/1.1 200 OK\r\nX-Came: " + came);
                  wire.send("\r\nTransfer-Encoding: chunked\r\n\r\n");
                  sendGib(wire);
                });
        Wire client = proxy.client()) {
      List<MemoryPoolMXBean> old =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .filter(pool -> pool.getName().matches(".*(Old|Tenured).*"))
              .toList();
      assertThat(old).isNotEmpty();
      System.gc();
      long before = old.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
      old.forEach(MemoryPoolMXBean::resetPeakUsage);

      client.send("POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      sendGib(client);

      assertThat(client.head()).contains("X-Came: " + (1L << 30));
      assertThat(count(client)).isEqualTo(1L << 30);
      long most = old.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      assertThat(most - before).isLessThan(KEPT_MOST);
    }
  }
}
