package run.mags.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import run.mags.testing.CliResult;
import run.mags.testing.MagsProcess;

/** A script under way: where it is, its variables, and what its last command left behind. */
final class ScriptState {
  private final MagsProcess mags;
  private final RequestLog requests;
  private final Map<String, String> env;
  private final Map<String, String> variables;
  private final StringBuilder transcript = new StringBuilder();
  private Path cwd;
  private byte[] stdin = {};
  private CliResult last;

  /** A script that begins in {@code work} with {@code env}. */
  ScriptState(MagsProcess mags, RequestLog requests, Path work, Map<String, String> env) {
    this.mags = mags;
    this.requests = requests;
    this.cwd = work;
    this.env = new HashMap<>(env);
    this.variables = new HashMap<>(env);
    variables.put("WORK", work.toString());
  }

  /** Every line so far, with all that its command printed. */
  String transcript() {
    return transcript.toString();
  }

  /** Whether a line so far ran mags. */
  boolean ranMags() {
    return last != null;
  }

  /**
   * Does what one line says.
   *
   * @throws AssertionError if it does not come out as the line wants it
   */
  void perform(String line) throws IOException, InterruptedException {
    List<String> words = new ScriptWords(variables).split(line);
    if (words.isEmpty()) {
      return;
    }
    transcript.append("> ").append(line).append('\n');
    boolean wanted = !words.get(0).equals("!");
    if (!wanted) {
      words = words.subList(1, words.size());
      check(!words.isEmpty(), "nothing after !");
    }
    List<String> args = words.subList(1, words.size());
    switch (words.get(0)) {
      case "mags" -> mags(wanted, args);
      case "stdout" -> matches(wanted, "stdout", result().out(), args);
      case "stderr" -> matches(wanted, "stderr", result().err(), args);
      case "request" -> request(wanted, args);
      case "exists" -> exists(wanted, args);
      default -> {
        check(wanted, "! does not go with " + words.get(0));
        performPlain(words.get(0), args);
      }
    }
  }

  private void performPlain(String command, List<String> args)
      throws IOException, InterruptedException {
    switch (command) {
      case "repeat" -> repeat(args);
      case "status" -> status(args);
      case "requests" -> requests(args);
      case "stdin" -> stdin = Files.readAllBytes(file(one(args)));
      case "env" -> args.forEach(this::setVariable);
      case "unset" -> args.forEach(this::unset);
      case "capture" -> capture(args);
      case "write" -> write(args);
      case "cmp" -> compare(args);
      case "cd" -> cwd = file(one(args));
      case "mkdir" -> Files.createDirectories(file(one(args)));
      case "rm" -> Files.delete(file(one(args)));
      default -> throw new AssertionError("no command " + command + " in scripts");
    }
  }

  private void mags(boolean success, List<String> args) throws IOException, InterruptedException {
    requests.clear();
    last = mags.run(args, stdin, env, cwd);
    stdin = new byte[0];
    transcript.append(last).append('\n');
    if (success) {
      check(last.exitCode() == 0, "exit code " + last.exitCode() + ", expected 0");
    } else {
      check(last.exitCode() != 0, "exit code 0, expected another");
    }
  }

  private void repeat(List<String> args) throws IOException, InterruptedException {
    check(args.size() > 2 && args.get(1).equals("mags"), "repeat N mags ARG…");
    List<String> each = args.subList(2, args.size());
    for (int i = 1; i <= Integer.parseInt(args.get(0)); i++) {
      String number = Integer.toString(i);
      mags(true, each.stream().map(arg -> arg.replace("{}", number)).toList());
    }
  }

  private CliResult result() {
    check(last != null, "no mags was run before");
    return last;
  }

  private void status(List<String> args) {
    int code = result().exitCode();
    check(
        one(args).equals(Integer.toString(code)), "exit code " + code + ", expected " + one(args));
  }

  private void request(boolean wanted, List<String> args) {
    result();
    check(args.size() == 2 || args.size() == 3, "request METHOD PATH-REGEX [BODY-REGEX]");
    Pattern path = Pattern.compile(args.get(1));
    Pattern body = args.size() == 3 ? Pattern.compile(args.get(2)) : null;
    boolean found = requests.all().stream().anyMatch(sent -> sent.matches(args.get(0), path, body));
    check(found == wanted, (wanted ? "no such request" : "there was such a request") + sent());
  }

  private void requests(List<String> args) {
    result();
    String count = Integer.toString(requests.all().size());
    check(one(args).equals(count), count + " requests, expected " + one(args) + sent());
  }

  private String sent() {
    StringBuilder text = new StringBuilder("; sent were:");
    requests.all().forEach(sent -> text.append("\n  ").append(sent));
    return text.toString();
  }

  private static void matches(boolean wanted, String stream, String text, List<String> args) {
    boolean found = Pattern.compile(one(args), Pattern.MULTILINE).matcher(text).find();
    check(found == wanted, stream + (wanted ? " has no match of " : " matches ") + one(args));
  }

  private void exists(boolean wanted, List<String> args) {
    check(!args.isEmpty(), "exists what?");
    for (String name : args) {
      check(Files.exists(file(name)) == wanted, name + (wanted ? " is not there" : " is there"));
    }
  }

  private void setVariable(String assignment) {
    int equals = assignment.indexOf('=');
    check(equals > 0, "not NAME=VALUE: " + assignment);
    String name = assignment.substring(0, equals);
    env.put(name, assignment.substring(equals + 1));
    variables.put(name, assignment.substring(equals + 1));
  }

  private void unset(String name) {
    env.remove(name);
    variables.remove(name);
  }

  /** Keeps what the first group matches on stdout, for later lines; commands do not see it. */
  private void capture(List<String> args) {
    check(args.size() == 2, "capture NAME REGEX");
    Matcher matcher = Pattern.compile(args.get(1), Pattern.MULTILINE).matcher(result().out());
    check(matcher.find() && matcher.groupCount() == 1, "stdout has no match of " + args.get(1));
    variables.put(args.get(0), matcher.group(1));
  }

  private void write(List<String> args) throws IOException {
    check(args.size() == 2, "write FILE TEXT");
    Files.writeString(file(args.get(0)), args.get(1) + "\n");
  }

  private void compare(List<String> args) throws IOException {
    check(args.size() == 2, "cmp stdout|stderr|FILE FILE");
    byte[] actual = bytes(args.get(0));
    byte[] expected = bytes(args.get(1));
    check(
        Arrays.equals(actual, expected),
        "%s is not %s%n[expected]%n%s[actual]%n%s"
            .formatted(args.get(0), args.get(1), text(expected), text(actual)));
  }

  private byte[] bytes(String name) throws IOException {
    return switch (name) {
      case "stdout" -> result().outBytes();
      case "stderr" -> result().errBytes();
      default -> Files.readAllBytes(file(name));
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Path file(String name) {
    return cwd.resolve(name);
  }

  private static String one(List<String> args) {
    check(args.size() == 1, "takes one argument, not " + args);
    return args.get(0);
  }

  private static void check(boolean met, String complaint) {
    if (!met) {
      throw new AssertionError(complaint);
    }
  }
}
