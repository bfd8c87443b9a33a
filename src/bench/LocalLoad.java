import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import run.mags.client.ExecResult;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.client.RunResult;

/**
 * The local backend of the built image under load: many sandboxes alive, many jobs queued, many
 * clients at once. Prints what it took and what is left; exits 1 on any error and on any leak.
 *
 * <pre>java -cp 'target/mags/lib/*' src/bench/LocalLoad.java [NAME=VALUE…]</pre>
 *
 * <p>{@code sandboxes=50 jobs=200 clients=20 seconds=60 settle=90 image=target/mags}; {@code
 * settle} is for how many seconds threads and descriptors may take to go once there is no load; threads
 * are looked at only from 75 on, since those of pools wait a minute for work.
 */
public final class LocalLoad {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Pattern URL = Pattern.compile("\"MAGS_API_URL\":\"([^\"]+)\"");
  private static final Pattern TOKEN = Pattern.compile("\"MAGS_API_TOKEN\":\"([^\"]+)\"");
  private static final Pattern PID = Pattern.compile("\"pid\":(\\d+)");

  /** How many threads and descriptors more than before the load are no leak: pools at rest. */
  private static final int SLACK = 12;

  /** The heap may grow to 512 MB; what the JVM needs beside it is little. */
  private static final long MOST_MB = 800;

  private final Map<String, String> settings;
  private final Path state;
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final Map<String, List<Long>> nanos = new TreeMap<>();
  private long pid;
  private MagsClient mags;

  private LocalLoad(Map<String, String> settings, Path state) {
    this.settings = settings;
    this.state = state;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "sandboxes", "50", "jobs", "200", "clients", "20", "seconds", "60", "settle", "90",
                "image", "target/mags"));
    for (String arg : args) {
      String[] parts = arg.split("=", 2);
      if (parts.length < 2 || settings.put(parts[0], parts[1]) == null) {
        System.err.println("unknown setting: " + arg);
        System.exit(2);
      }
    }
    Path state = Files.createTempDirectory("mags-load-");
    boolean fine = new LocalLoad(settings, state).run();
    System.exit(fine ? 0 : 1);
  }

  private int number(String name) {
    return Integer.parseInt(settings.get(name));
  }

  private boolean run() throws Exception {
    String started = cli("local", "start", "--json");
    pid = Long.parseLong(group(PID, started));
    String env = cli("local", "env", "--json");
    Path client = Files.createTempDirectory("mags-load-client-");
    mags = MagsClient.open(URI.create(group(URL, env)), group(TOKEN, env), client);
    try {
      mags.run("true");
      mags.create("warm");
      mags.exec("warm", "true");
      mags.awaitEnd(mags.stop("warm").requestId(), LIMIT);
      Use before = Use.of(pid, state);
      System.out.println("before    " + before);
      createSandboxes();
      System.out.println("sandboxes " + Use.of(pid, state));
      queueJobs();
      System.out.println("jobs      " + Use.of(pid, state));
      clientsAtOnce();
      Use most = Use.of(pid, state);
      System.out.println("load      " + most);
      stopSandboxes();
      Use after = settle(before);
      System.out.println("after     " + after);
      check(before, most, after);
      print();
    } finally {
      mags.close();
      cli("local", "stop");
      List<Path> left = entries(state.resolve("run"));
      if (!left.isEmpty() || Use.mounts(state) > 0) {
        problems.add("left after the stop: " + left + ", mounts: " + Use.mounts(state));
      }
      cli("local", "reset", "--yes");
      remove(client);
      remove(state);
    }
    problems.stream().distinct().limit(20).forEach(line -> System.out.println("PROBLEM " + line));
    System.out.println(problems.isEmpty() ? "no error, no leak" : problems.size() + " problems");
    return problems.isEmpty();
  }

  private void createSandboxes() throws Exception {
    List<Work> work = new ArrayList<>();
    for (int i = 0; i < number("sandboxes"); i++) {
      String name = "box" + i;
      work.add(() -> timed("new", () -> mags.create(name)));
    }
    atOnce(Math.min(number("clients"), 10), work);
  }

  private void queueJobs() throws Exception {
    long begun = System.nanoTime();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < number("jobs"); i++) {
      String script = "echo job" + i;
      timed("submit", () -> ids.add(mags.submit(JobSpec.script(script))));
    }
    for (int i = 0; i < ids.size(); i++) {
      var job = mags.awaitEnd(ids.get(i), LIMIT);
      expect("job", "job" + i, mags.logs(job.requestId()).get(0).message());
      expect("job", 0, job.exitCode());
    }
    long ms = (System.nanoTime() - begun) / 1_000_000;
    System.out.printf("%d queued jobs done in %.1f s%n", ids.size(), ms / 1000.0);
  }

  private void clientsAtOnce() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(number("seconds"));
    AtomicInteger calls = new AtomicInteger();
    List<Work> work = new ArrayList<>();
    for (int i = 0; i < number("clients"); i++) {
      Random random = new Random(i);
      work.add(
          () -> {
            while (System.nanoTime() < end) {
              one(random);
              calls.incrementAndGet();
            }
          });
    }
    atOnce(work.size(), work);
    System.out.printf("%d calls of %d clients%n", calls.get(), work.size());
  }

  private void one(Random random) throws Exception {
    String box = "box" + random.nextInt(number("sandboxes"));
    String word = "w" + random.nextInt(1_000_000);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 ->
          timed(
              "exec",
              () -> {
                ExecResult result = mags.exec(box, "echo", word);
                expect("exec", 0, result.exitCode());
                expect("exec", word + "\n", result.stdout());
              });
      case 4, 5, 6 -> timed("status", () -> expect("status", "running", mags.status(box).status()));
      case 7 -> timed("list", () -> mags.list().limit(50).forEach(job -> {}));
      case 8 ->
          timed(
              "run",
              () -> {
                RunResult result = mags.run("echo " + word + "; exit 3");
                expect("run", 3, result.exitCode());
                expect("run", word + "\n", result.stdout());
              });
      default -> timed("logs", () -> mags.logs(box));
    }
  }

  private void stopSandboxes() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < number("sandboxes"); i++) {
      String name = "box" + i;
      timed("stop", () -> ids.add(mags.stop(name).requestId()));
    }
    for (String id : ids) {
      mags.awaitEnd(id, LIMIT);
    }
  }

  private Use settle(Use before) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(number("settle"));
    Use now = Use.of(pid, state);
    while (!restsLike(now, before) && System.nanoTime() < end) {
      Thread.sleep(500);
      now = Use.of(pid, state);
    }
    return now;
  }

  private boolean restsLike(Use now, Use before) {
    boolean threads = now.threads() <= before.threads() + SLACK || number("settle") < 75;
    return threads && now.restsLike(before);
  }

  private void check(Use before, Use most, Use after) {
    if (!restsLike(after, before)) {
      problems.add("a leak: " + after + " after " + before);
    }
    if (most.megabytes() > MOST_MB || after.megabytes() > MOST_MB) {
      problems.add("too much memory: " + most + ", " + after);
    }
  }

  private void print() {
    System.out.printf("%n%-8s %7s %9s %9s %9s%n", "call", "times", "median", "95 %", "longest");
    nanos.forEach(
        (name, times) -> {
          times.sort(Comparator.naturalOrder());
          System.out.printf(
              "%-8s %7d %6.1f ms %6.1f ms %6.1f ms%n",
              name,
              times.size(),
              times.get(times.size() / 2) / 1e6,
              times.get(times.size() * 95 / 100) / 1e6,
              times.get(times.size() - 1) / 1e6);
        });
  }

  private interface Work {
    void run() throws Exception;
  }

  private void timed(String name, Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    long took = System.nanoTime() - begun;
    synchronized (nanos) {
      nanos.computeIfAbsent(name, key -> new ArrayList<>()).add(took);
    }
  }

  private void atOnce(int threads, List<Work> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (Work each : work) {
      pool.execute(
          () -> {
            try {
              each.run();
            } catch (Exception | AssertionError failure) {
              problems.add(failure.toString());
            }
          });
    }
    pool.shutdown();
    if (!pool.awaitTermination(10, TimeUnit.MINUTES)) {
      problems.add("some clients hang");
    }
  }

  private void expect(String call, Object wanted, Object got) {
    if (!wanted.equals(got)) {
      problems.add(call + ": expected " + wanted + ", got " + got);
    }
  }

  private static String group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in the answer");
    }
    return matcher.group(1);
  }

  private String cli(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(settings.get("image"), "bin", "mags").toAbsolutePath().toString());
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MAGS_LOCAL_STATE", state.toString());
    builder.environment().put("MAGS_CONFIG_DIR", state.resolve("config").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("mags " + String.join(" ", args) + " failed");
    }
    return out;
  }

  private static List<Path> entries(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static void remove(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> entries = Files.walk(tree)) {
        for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  /** What a backend uses. */
  private record Use(
      long megabytes, int threads, int descriptors, long processes, int mounts, int running) {
    static Use of(long pid, Path state) throws IOException {
      long kilobytes =
          Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
      return new Use(
          kilobytes / 1024,
          entries(Path.of("/proc/" + pid + "/task")).size(),
          entries(Path.of("/proc/" + pid + "/fd")).size(),
          ProcessHandle.of(pid).orElseThrow().descendants().count(),
          mounts(state),
          entries(state.resolve("run")).size());
    }

    static int mounts(Path state) throws IOException {
      return (int)
          Files.readAllLines(Path.of("/proc/self/mounts")).stream()
              .filter(line -> line.contains(state.toString()))
              .count();
    }

    boolean restsLike(Use before) {
      return descriptors <= before.descriptors + SLACK
          && processes <= before.processes
          && mounts <= before.mounts
          && running <= before.running;
    }

    @Override
    public String toString() {
      return "%d MB, %d threads, %d descriptors, %d processes, %d mounts, %d in run/"
          .formatted(megabytes, threads, descriptors, processes, mounts, running);
    }
  }
}
