package run.mags.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import run.mags.local.proxy.ProxyFixture.Wire;

/** Clients and servers that are slow, silent, or do not read. */
class ProxyPatienceIT {
  private static final int SHORT = 100;
  private static final int LONG = 60_000;
  private static final String GET = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";

  /** Sends for ever, until that fails. */
  private static void flood(Wire wire) throws IOException {
    byte[] zeros = new byte[64 * 1024];
    while (true) {
      wire.send(zeros);
    }
  }

  @Test
  void aHeadThatTakesTooLongIsRefused() throws IOException {
    ProxyTimes times = new ProxyTimes(LONG, SHORT, LONG, LONG);
    try (ProxyFixture proxy = ProxyFixture.serving(times, wire -> wire.send(OK));
        Wire client = proxy.client()) {
      client.send("GET / HTT");

      assertThat(client.rest()).startsWith("HTTP/1.1 408 Request Timeout");
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws IOException {
    ProxyTimes times = new ProxyTimes(SHORT, LONG, LONG, LONG);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  wire.head();
                  wire.send(OK);
                  wire.head();
                });
        Wire client = proxy.client()) {
      client.send(GET);

      assertThat(client.rest()).endsWith("ok\n").containsOnlyOnce("HTTP/1.1");
    }
  }

  @Test
  void aClientThatStopsInTheMiddleOfABodyLetsTheServerGo() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ProxyTimes times = new ProxyTimes(LONG, LONG, SHORT, LONG);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  try {
                    wire.head();
                    wire.rest();
                  } finally {
                    ended.countDown();
                  }
                });
        Wire client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 9\r\n\r\nhalf");

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(client.rest()).doesNotContain("200");
    }
  }

  @Test
  void aClientThatDoesNotReadLetsTheServerGo() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ProxyTimes times = new ProxyTimes(LONG, LONG, LONG, SHORT);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  try {
                    wire.head();
                    wire.send("HTTP/1.0 200 OK\r\n\r\n");
                    flood(wire);
                  } finally {
                    ended.countDown();
                  }
                });
        Wire client = proxy.client()) {
      client.send(GET);

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aServerThatDoesNotReadStillAnswers() throws Exception {
    ProxyTimes times = new ProxyTimes(LONG, LONG, LONG, SHORT);
    CountDownLatch stuck = new CountDownLatch(1);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  wire.head();
                  awaitQuietly(stuck);
                  wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                  wire.rest();
                });
        Wire client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 99999999\r\n\r\n");
      Thread sending = new Thread(() -> floodQuietly(client));
      sending.setDaemon(true);
      sending.start();
      TimeUnit.MILLISECONDS.sleep(4 * SHORT);
      stuck.countDown();

      assertThat(client.head()).startsWith("HTTP/1.1 413 ");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void floodQuietly(Wire wire) {
    try {
      flood(wire);
    } catch (IOException closed) {
      // That is how it ends.
    }
  }

  @Test
  void onAPortOfItsOwnTooWhoDoesNotReadIsLetGo() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ProxyTimes times = new ProxyTimes(LONG, LONG, LONG, SHORT);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  try {
                    flood(wire);
                  } finally {
                    ended.countDown();
                  }
                });
        Wire client = proxy.client(proxy.own)) {
      assertThat(client.take(1)).isEqualTo("\0");

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aServerMayTakeItsTimeWhileTheClientIsThere() throws Exception {
    ProxyTimes times = new ProxyTimes(SHORT, SHORT, SHORT, SHORT);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                times,
                wire -> {
                  wire.head();
                  pause(3 * SHORT);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
                  pause(3 * SHORT);
                  wire.send("ok\n");
                });
        Wire client = proxy.client()) {
      client.send(GET);

      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
      assertThat(client.take(3)).isEqualTo("ok\n");
    }
  }

  private static void pause(int ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
