package run.mags.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.Programs;
import run.mags.testing.Tmux;

/** TAB in real shells, at a real terminal. */
class ShellsIT {
  private static final String JOBS =
      "{\"jobs\":["
          + job(1, "webserver", "running")
          + job(2, "odd box", "sleeping")
          + job(3, "it's", "running")
          + job(4, "$(touch pwned)", "running")
          + job(5, "bell\\u0007\\u001b[2J", "running")
          + "{\"request_id\":\"11111111-2222-3333-4444-555555555556\",\"name\":\"ended\","
          + "\"status\":\"completed\"}],\"total\":6}";

  @TempDir private Path home;
  private final FakeApi api = new FakeApi().otherwise(number -> JOBS);

  private static String job(int number, String name, String status) {
    return "{\"request_id\":\"11111111-2222-3333-4444-55555555555%d\",\"name\":\"%s\",\"status\":\"%s\"},"
        .formatted(number, name, status);
  }

  private Map<String, String> env() {
    Map<String, String> env = new HashMap<>();
    env.put("HOME", home.toString());
    env.put("PATH", CliProcess.image().resolve("bin") + ":" + System.getenv("PATH"));
    env.put("MAGS_API_URL", api.url().toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    env.put("HISTFILE", "/dev/null");
    return env;
  }

  private Tmux shell(String shell) throws Exception {
    Programs.assumeInstalled(shell);
    // A machine under load may need longer than the second for which a TAB waits.
    CliProcess.launcher().run(List.of("__names", "jobs"), new byte[0], env(), home);
    Tmux tmux = Tmux.start(home.resolve("tmux"), env());
    tmux.enter("cd " + home);
    switch (shell) {
      case "bash" -> tmux.enter("exec bash --noprofile --norc -i");
      case "zsh" -> tmux.enter("PROMPT='here> ' exec zsh -f -i");
      default ->
          tmux.enter("exec fish --no-config -i -C 'function fish_prompt; echo \"here> \"; end'");
    }
    switch (shell) {
      case "bash" -> tmux.enter("eval \"$(mags completion bash)\"; echo rea''dy");
      case "zsh" ->
          tmux.enter(
              "autoload -U compinit; compinit -u; source <(mags completion zsh); echo rea''dy");
      default -> tmux.enter("mags completion fish | source; echo rea''dy");
    }
    return tmux.await("^ready").press("C-l").await("\\Ahere>");
  }

  /** What is typed, and what the line is after TAB. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "bash;mags who;mags whoami",
        "bash;mags stop --if;mags stop --if-running",
        "bash;mags wait x --for=sl;mags wait x --for=sleeping",
        "bash;mags stop web;mags stop webserver",
        "bash;mags stop odd;mags stop odd\\ box",
        "bash;mags stop 'odd;mags stop 'odd box'",
        "bash;mags stop it;mags stop it\\'s",
        "bash;mags stop \\$;mags stop \\$\\(touch\\ pwned\\)",
        "bash;mags run -f note;mags run -f note.txt",
        "bash;mags run --file=note;mags run --file=note.txt",
        "zsh;mags who;mags whoami",
        "zsh;mags stop --if;mags stop --if-running",
        "zsh;mags wait x --for=sl;mags wait x --for=sleeping",
        "zsh;mags stop web;mags stop webserver",
        "zsh;mags stop odd;mags stop odd\\ box",
        "zsh;mags stop it;mags stop it\\'s",
        "zsh;mags stop \\$;mags stop \\$\\(touch\\ pwned\\)",
        "zsh;mags run -f note;mags run -f note.txt",
        "zsh;mags run --file=note;mags run --file=note.txt",
        "fish;mags who;mags whoami",
        "fish;mags stop --if;mags stop --if-running",
        "fish;mags wait x --for=sl;mags wait x --for=sleeping",
        "fish;mags stop web;mags stop webserver",
        "fish;mags stop odd;mags stop odd\\ box",
        "fish;mags stop it;mags stop it\\'s",
        "fish;mags run -f note;mags run -f note.txt",
        "fish;mags run --file=note;mags run --file=note.txt"
      })
  void completes(String shell, String typed, String whole) throws Exception {
    Files.writeString(home.resolve("note.txt"), "");
    try (Tmux tmux = shell(shell)) {
      tmux.type(typed).press("Tab");

      tmux.await("^here> \\Q" + whole + "\\E ?$");
    }
    assertThat(home.resolve("pwned")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"bash", "zsh", "fish"})
  void listsWhatThereIs(String shell) throws Exception {
    try (Tmux tmux = shell(shell)) {
      tmux.type("mags stop ").press("Tab").press("Tab");

      tmux.await("webserver");
      assertThat(tmux.screen())
          .contains("it", "pwned")
          .doesNotContain("bell", "ended", "mags exec");
      if (!shell.equals("bash")) {
        assertThat(tmux.screen()).contains("sleeping");
      }
    }
    assertThat(home.resolve("pwned")).doesNotExist();
  }

  private CliResult complete(String... words) throws Exception {
    List<String> args = new java.util.ArrayList<>(List.of("__complete", "words"));
    args.addAll(List.of(words));
    return CliProcess.launcher().run(args, new byte[0], env(), home);
  }

  @Test
  void theApiIsAskedOnceForManyTabs() throws Exception {
    CliResult first = complete("stop", "");
    CliResult second = complete("status", "");

    assertThat(first.out()).contains("webserver\trunning");
    assertThat(second.out()).contains("webserver\trunning", "ended\tcompleted");
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void anApiThatDoesNotAnswerIsWaitedForOnceAndNotLong() throws Exception {
    try (FakeApi silent = new FakeApi().staysSilent()) {
      Map<String, String> env = env();
      env.put("MAGS_API_URL", silent.url().toString());
      List<String> args = List.of("__complete", "words", "stop", "");

      CliResult first = CliProcess.launcher().run(args, new byte[0], env, home);
      CliResult second = CliProcess.launcher().run(args, new byte[0], env, home);

      assertThat(first.out()).isEqualTo("none\n");
      assertThat(second.out()).isEqualTo("none\n");
      assertThat(second.err() + first.err()).isEmpty();
      assertThat(silent.requests().size()).isLessThan(2);
    }
  }

  @Test
  void withoutACacheNothingIsKept() throws Exception {
    Map<String, String> env = env();
    env.put("MAGS_CACHE", "off");
    List<String> args = List.of("__complete", "words", "stop", "");

    CliResult result = CliProcess.launcher().run(args, new byte[0], env, home);

    assertThat(result.out()).contains("webserver\trunning");
    assertThat(home.resolve(".mags")).doesNotExist();
  }

  @Test
  void withoutATokenItIsSilent() throws Exception {
    Map<String, String> env = env();
    env.remove("MAGS_API_TOKEN");
    List<String> args = List.of("__complete", "words", "stop", "");

    CliResult result = CliProcess.launcher().run(args, new byte[0], env, home);

    assertThat(result.toString()).isEqualTo("exit 0\n[stdout]\nnone\n[stderr]\n");
    assertThat(api.requests()).isEmpty();
  }
}
