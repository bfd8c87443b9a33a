import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;

/**
 * How long a local backend in a test's own JVM takes: the first, further ones, and many at once.
 *
 * <pre>java -cp 'target/mags/lib/*' src/bench/LocalStart.java [COUNT]</pre>
 */
public final class LocalStart {
  private LocalStart() {}

  /** Runs it with so many backends, 20 if nothing is said. */
  public static void main(String[] args) throws Exception {
    int count = args.length == 0 ? 20 : Integer.parseInt(args[0]);
    System.out.printf("first             %6.1f ms%n", one(false));
    System.out.printf("first with a job  %6.1f ms%n", one(true));
    List<Double> starts = new ArrayList<>();
    List<Double> withJob = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      starts.add(one(false));
      withJob.add(one(true));
    }
    print("further ones", starts);
    print("and with a job", withJob);
    ExecutorService pool = Executors.newFixedThreadPool(count);
    List<LocalBackend> backends = new ArrayList<>();
    long begun = System.nanoTime();
    List<Future<LocalBackend>> starting = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      starting.add(pool.submit(() -> LocalBackend.start(LocalOptions.temporary())));
    }
    for (Future<LocalBackend> one : starting) {
      backends.add(one.get());
    }
    double ms = (System.nanoTime() - begun) / 1e6;
    System.out.printf("%d at once        %6.1f ms, %.1f ms each%n", count, ms, ms / count);
    backends.forEach(LocalBackend::close);
    pool.shutdown();
  }

  /** Starts one, runs a job if wanted, and answers the ms until that was done. */
  private static double one(boolean job) {
    long begun = System.nanoTime();
    try (LocalBackend backend = LocalBackend.start(LocalOptions.temporary())) {
      if (job) {
        try (MagsClient mags =
            MagsClient.open(backend.url(), backend.token(), backend.self().state())) {
          mags.run(run.mags.client.JobSpec.script("true"), Duration.ofSeconds(60));
        }
      }
      return (System.nanoTime() - begun) / 1e6;
    }
  }

  private static void print(String what, List<Double> times) {
    times.sort(null);
    System.out.printf(
        "%-17s %6.1f ms median, %.1f to %.1f ms%n",
        what, times.get(times.size() / 2), times.get(0), times.get(times.size() - 1));
  }
}
