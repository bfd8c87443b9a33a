package run.mags.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is offered at the end of a line, with the table that the build has written. */
class CompleterTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String BREAKS = " \t\n\"'><=;|&(:";

  private final List<String> asked = new ArrayList<>();

  private List<Candidate> names(Kind kind, boolean local) {
    asked.add(kind.word() + (local ? " local" : ""));
    return switch (kind) {
      case JOBS ->
          List.of(
              new Candidate("web", "running"),
              new Candidate("web box", "sleeping"),
              new Candidate("it's", "running"),
              new Candidate("a:b", "running"),
              new Candidate("$(touch x)!", "running"),
              new Candidate("bell\u0007", "running"),
              new Candidate("-rf", "running"),
              new Candidate("old", "completed"),
              new Candidate(ID, "running web"));
      case WORKSPACES -> List.of(new Candidate("data", "workspace"));
      case CRON -> List.of(new Candidate("backup", "@daily"));
      case ALIASES -> List.of(new Candidate("my-app", "web"));
    };
  }

  private String bash(String line) throws IOException {
    TypedLine typed = TypedLine.ofBash(line, BREAKS);
    return Reply.forBash(new Completer(CommandTable.load(), this::names).complete(typed), typed)
        .strip()
        .replace('\n', '|');
  }

  private List<String> words(String... words) throws IOException {
    Completer completer = new Completer(CommandTable.load(), this::names);
    return completer.complete(TypedLine.of(List.of(words))).candidates().stream()
        .map(Candidate::value)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "mags sta;none|status",
        "mags --json --color always sto;none|stop",
        "mags cron di;none|disable",
        "mags ws de;none|delete",
        "mags stop --w;none|--wait",
        "mags stop --wait=;none",
        "mags stop --js;none|--json",
        "mags --col;none|--color",
        "mags --color n;none|never",
        "mags --color=n;none|never",
        "mags wait web --for=sl;none|sleeping",
        "mags new --if-exists ;none|fail|reuse",
        "mags run -f x;files",
        "mags setup-claude --dir x;directories",
        "mags help cron rem;none|remove",
        "mags help exec ;none",
        "mags completion z;none|zsh",
        "mags nonsense s;none",
        "mags status ol;none|old",
        "mags exec ol;none",
        "mags exec web l;none",
        "mags exec web --ti;none",
        "mags exec --ti;none|--timeout",
        "mags cron enable b;none|backup",
        "mags workspace delete d;none|data",
        "mags run -w d;none|data",
        "mags run --workspace=d;none|data",
        "mags url alias remove m;none|my-app",
        "mags url al;none|alias",
        "mags status 111;none|11111111-2222-3333-4444-555555555555",
        "mags stop -- we;none|web|web\\ box"
      })
  void offersWhatSuits(String line, String offered) throws IOException {
    assertThat(bash(line)).isEqualTo(offered);
  }

  @Test
  void quotesForBashAsTheWordBegan() throws IOException {
    assertThat(bash("mags stop web\\ ")).isEqualTo("none|web\\ box");
    assertThat(bash("mags stop 'web ")).isEqualTo("none|web box");
    assertThat(bash("mags stop \"web ")).isEqualTo("none|web box");
    assertThat(bash("mags stop it")).isEqualTo("none|it\\'s");
    assertThat(bash("mags stop 'it")).isEqualTo("none");
    assertThat(bash("mags stop \\$")).isEqualTo("none|\\$\\(touch\\ x\\)\\!");
    assertThat(bash("mags stop \"\\$")).isEqualTo("none");
    assertThat(bash("mags stop we'b'")).isEqualTo("none");
    assertThat(bash("mags stop 'web' i")).isEqualTo("none|it\\'s");
  }

  @Test
  void leavesToBashWhatItKeeps() throws IOException {
    assertThat(bash("mags stop a:")).isEqualTo("none|b");
    assertThat(bash("mags stop a")).isEqualTo("none|a:b");
    assertThat(bash("mags stop 'a:")).isEqualTo("none|a:b");
  }

  @Test
  void namesWithControlCharactersOrLikeOptionsAreNotOffered() throws IOException {
    Completer completer = new Completer(CommandTable.load(), this::names);

    String reply = Reply.described(completer.complete(TypedLine.of(List.of("stop", ""))));

    assertThat(reply).contains("web box\tsleeping\n").doesNotContain("bell", "-rf", "\u0007");
  }

  @Test
  void idsAreOfferedOnceOneIsBegun() throws IOException {
    assertThat(words("status", "")).contains("web", "old").doesNotContain(ID);
    assertThat(words("status", "1111")).contains(ID);
  }

  @Test
  void whatHasBeenNamedIsNotOfferedAgain() throws IOException {
    assertThat(words("stop", "web", "")).contains("it's").doesNotContain("web");
  }

  @Test
  void theLocalBackendIsAskedWhereItIsMeant() throws IOException {
    words("--local", "stop", "");
    words("cron", "remove", "--local", "");
    words("stop", "");

    assertThat(asked).containsExactly("jobs local", "cron local", "jobs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "new", "list", "run echo", "--", "stop --timeout", ""})
  void noNamesAreAskedForInVain(String line) throws IOException {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    words.add("");
    words(words.toArray(String[]::new));

    assertThat(asked).isEmpty();
  }

  @Test
  void whatIsHiddenIsNotOffered() throws IOException {
    assertThat(words("")).contains("run", "completion").noneMatch(name -> name.startsWith("_"));
    assertThat(words("__names", "")).isEmpty();
  }
}
