package run.mags.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.MagsProcess;

class ScriptRunnerTest {
  private final RequestLog requests = new RequestLog();

  /**
   * Answers what it was given: the words on stdout, stdin on stderr; the last word is the code.
   * Each word that looks like a target is a request.
   */
  private final MagsProcess echo =
      (args, stdin, env, cwd) -> {
        for (String arg : args) {
          if (arg.startsWith("/")) {
            requests.add(new SentRequest("POST", arg, "{\"a\":1}"));
          }
        }
        return new CliResult(
            Integer.parseInt(args.get(args.size() - 1)),
            (String.join("|", args) + "\ncwd " + cwd.getFileName() + "\nX " + env.get("X") + "\n")
                .getBytes(StandardCharsets.UTF_8),
            stdin);
      };

  @TempDir Path work;

  private ThrowingCallable script(String... lines) {
    return () ->
        new ScriptRunner(echo, requests)
            .run("case.txtar", String.join("\n", lines), work, Map.of("X", "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mags 0",
        "! mags 7\nstatus 7",
        "mags a 'b  c' '' 'it''s' d'e f'g 0 # why\nstdout '^a\\|b  c\\|\\|it''s\\|de fg\\|0$'",
        "mags $X ${X}y '$X' 0\nstdout '^x\\|xy\\|\\$X\\|0$'",
        "env X=2 Y=3\nmags $Y 0\nstdout '^3\\|0$'\nstdout '^X 2$'",
        "unset X\nmags 0\nstdout '^X null$'",
        "repeat 2 mags n{} /{} 0\nstdout '^n2\\|/2\\|0$'\nrequests 1",
        "mkdir a/b\ncd a/b\nmags 0\nstdout '^cwd b$'",
        "mags id-17 0\ncapture ID 'id-([0-9]+)'\nmags $ID 0\nstdout '^17\\|0$'",
        "write f $X\nstdin f\nmags 0\nstderr '^x$'",
        "mags 0\n! stderr .\n! stdout nothing",
        "stdin in\nmags 0\ncmp stderr in\nmags 0\n! stderr .\n-- in --\none\ntwo\n",
        "mags /a/b /a?c 0\nrequests 2\nrequest POST /a/b\nrequest POST '/a\\?.' '^\\{\"a\":1}$'",
        "mags /a 0\n! request GET /a\n! request POST /\n! request POST /a b\nmags 0\nrequests 0",
        "exists in/deep\n! exists out\nrm in/deep\n! exists in/deep\nmags 0\n-- in/deep --\nx\n",
      })
  void passes(String script) {
    assertThatCode(script(script.split("\n", -1))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mags 1",
        "! mags 0",
        "! mags 1\nstatus 2",
        "mags 0\nstdout nothing",
        "mags 0\n! stdout cwd",
        "mags 0\nstderr .",
        "stdout .",
        "mags 0\ncmp stderr in\n-- in --\nx\n",
        "exists nothing\nmags 0",
        "mags /a 0\nmags 0\nrequest POST /a",
        "mags /a/b 0\nrequest POST /a",
        "mags /a 0\nrequest POST /a b",
        "mags /a 0\n! request POST /a a",
        "mags /a 0\nrequests 2",
        "mags /a 0\nrequest POST",
        "requests 0\nmags 0",
        "repeat 2 mags {}",
        "! requests 0\nmags 0",
        "mags $NOTHING 0",
        "mags 'a 0",
        "run 0",
        "! env A=B",
        "!",
        "# only a comment",
      })
  void fails(String script) {
    assertThatThrownBy(script(script.split("\n", -1))).isInstanceOf(AssertionError.class);
  }

  @Test
  void aFailureShowsTheLineAndAllThatWasPrinted() {
    assertThatThrownBy(script("stdin in", "", "mags one 0", "mags two 3", "-- in --", "typed"))
        .hasMessage(
            """
            case.txtar:4: exit code 3, expected 0
            > stdin in
            > mags one 0
            exit 0
            [stdout]
            one|0
            cwd %s
            X x
            [stderr]
            typed

            > mags two 3
            exit 3
            [stdout]
            two|3
            cwd %s
            X x
            [stderr]

            """
                .formatted(work.getFileName(), work.getFileName()));
  }

  @Test
  void unpacksFilesWithTheirExactText() {
    Txtar archive = Txtar.parse("mags\n-- a --\n-- b/c --\none\n\n two \n--not a marker--\n");
    assertThat(archive.comment()).containsExactly("mags");
    assertThat(archive.files())
        .containsExactly(
            new Txtar.File("a", ""), new Txtar.File("b/c", "one\n\n two \n--not a marker--\n"));
  }
}
