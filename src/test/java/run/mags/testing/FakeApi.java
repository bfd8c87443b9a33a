package run.mags.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/**
 * An API that answers what a test has scripted, in that order, for all that a healthy backend never
 * does. A request beyond the script gets a 599, so that a test sees it, unless {@link #otherwise}.
 */
public final class FakeApi implements AutoCloseable {
  private final MockWebServer server = new MockWebServer();
  private final List<MockResponse> script = new ArrayList<>();
  private final List<RecordedRequest> requests = new ArrayList<>();
  private volatile IntFunction<String> otherwise;
  private volatile Function<RecordedRequest, String> byRequest;
  private volatile Consumer<String> watcher = line -> {};

  /** Starts on a free port of the loopback interface. */
  public FakeApi() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            MockResponse answer;
            synchronized (script) {
              requests.add(request);
              answer = script.isEmpty() ? beyondTheScript(request) : script.remove(0);
            }
            watcher.accept(request.getMethod() + " " + request.getTarget());
            return answer;
          }
        });
    server.setServerSocketFactory(new Undelayed());
    try {
      server.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Tells {@code other} the line of each request that has come, before it is answered. */
  public FakeApi watchedBy(Consumer<String> other) {
    watcher = other;
    return this;
  }

  /** Its base URL. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The next answer: a status and a body. */
  public FakeApi answers(int status, String body) {
    return then(new MockResponse.Builder().code(status).body(body).build());
  }

  /** The next answer: 200 with a JSON body. */
  public FakeApi answers(String json) {
    return answers(200, json);
  }

  /** The next answer, with a header. */
  public FakeApi answers(int status, String body, String header, String value) {
    return then(
        new MockResponse.Builder().code(status).body(body).addHeader(header, value).build());
  }

  /** The next request is read, and then the connection is closed without an answer. */
  public FakeApi hangsUp() {
    return then(
        new MockResponse.Builder()
            .onResponseStart(new SocketEffect.CloseSocket(true, true, true))
            .build());
  }

  /** The next request is never answered. */
  public FakeApi staysSilent() {
    return then(new MockResponse.Builder().headersDelay(1, TimeUnit.HOURS).build());
  }

  /** The next request is answered after {@code millis} ms. */
  public FakeApi answersAfter(long millis, int status, String body) {
    return then(
        new MockResponse.Builder()
            .code(status)
            .body(body)
            .headersDelay(millis, TimeUnit.MILLISECONDS)
            .build());
  }

  /** The next answer: a body of which a byte comes every {@code millis} ms. */
  public FakeApi drips(String body, long millis) {
    return then(
        new MockResponse.Builder()
            .body(body)
            .throttleBody(1, millis, TimeUnit.MILLISECONDS)
            .build());
  }

  /** What a request beyond the script gets: 200 with the body for its number, from 1. */
  public FakeApi otherwise(IntFunction<String> body) {
    otherwise = body;
    return this;
  }

  /** What a request beyond the script gets: 200 with the body for its path and query. */
  public FakeApi otherwiseByTarget(UnaryOperator<String> body) {
    byRequest = request -> body.apply(request.getTarget());
    return this;
  }

  /** The same for its body. */
  public FakeApi otherwiseByBody(UnaryOperator<String> body) {
    byRequest = request -> body.apply(request.getBody() == null ? "" : request.getBody().utf8());
    return this;
  }

  private MockResponse beyondTheScript(RecordedRequest request) {
    if (byRequest != null) {
      return new MockResponse.Builder().body(byRequest.apply(request)).build();
    }
    return otherwise == null
        ? new MockResponse.Builder().code(599).body("not scripted").build()
        : new MockResponse.Builder().body(otherwise.apply(requests.size())).build();
  }

  private FakeApi then(MockResponse response) {
    synchronized (script) {
      script.add(response);
    }
    return this;
  }

  /** The requests so far. */
  public List<RecordedRequest> requests() {
    synchronized (script) {
      return List.copyOf(requests);
    }
  }

  /** Method and target of each request so far, such as {@code GET /api/v1/mags-jobs?page=1}. */
  public List<String> requestLines() {
    return requests().stream()
        .map(request -> request.getMethod() + " " + request.getTarget())
        .toList();
  }

  /** The body of request {@code index}. */
  public String body(int index) {
    return requests().get(index).getBody() == null ? "" : requests().get(index).getBody().utf8();
  }

  @Override
  public void close() {
    server.close();
  }

  /** Or else an answer in two pieces waits 40 ms for the client's acknowledgement of the first. */
  private static final class Undelayed extends ServerSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new ServerSocket() {
        @Override
        public Socket accept() throws IOException {
          Socket socket = super.accept();
          socket.setTcpNoDelay(true);
          return socket;
        }
      };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
