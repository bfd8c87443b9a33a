package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** {@code workspace delete} asks on a terminal, and only a yes is one. */
class WorkspaceDeleteTest {
  private static final String DELETE = "DELETE /api/v1/mags-workspaces/two%20words";

  @TempDir private Path home;
  private final FakeApi api = new FakeApi();

  @BeforeEach
  void thereIsOne() {
    for (int i = 0; i < 2; i++) {
      api.answers("{\"workspaces\":[{\"workspace_id\":\"two words\"}]}");
      api.answers("{\"jobs\":[],\"total\":0}");
    }
    api.answers("{}");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private CliResult delete(FakeTerminal terminal) {
    return new MagsCli(home).on(api).terminal(terminal).run("workspace", "delete", "two words");
  }

  @ParameterizedTest
  @ValueSource(strings = {"y", "YES", " yes "})
  void aYesDeletes(String answer) {
    FakeTerminal terminal = new FakeTerminal("").interactive(answer);

    assertThat(delete(terminal)).exits(0).prints("two words\n");
    assertThat(terminal.prompts())
        .containsExactly("Delete two words with all that is stored there? [y/N] ");
    assertThat(api.requestLines()).contains(DELETE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n", "yep", "delete"})
  void anythingElseDeletesNothing(String answer) {
    assertThat(delete(new FakeTerminal("").interactive(answer)))
        .exits(1)
        .printsNothing()
        .warns("error: nothing was removed\n");
    assertThat(api.requestLines()).doesNotContain(DELETE);
  }

  @Test
  void theEndOfInputIsNoYes() {
    assertThat(delete(new FakeTerminal("").interactive())).exits(1);
    assertThat(api.requestLines()).doesNotContain(DELETE);
  }

  @Test
  void withoutATerminalNobodyIsAsked() {
    assertThat(delete(new FakeTerminal("y\n")))
        .exits(2)
        .warnsOf("hint: to do it without a question: mags workspace delete --yes 'two words'");
    assertThat(api.requestLines()).doesNotContain(DELETE);
  }
}
