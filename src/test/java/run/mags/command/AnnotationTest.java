package run.mags.command;

import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;

/** Failures in a workflow of GitHub Actions. */
class AnnotationTest {
  @TempDir private Path home;
  private final FakeApi api = new FakeApi();

  @AfterEach
  void close() {
    api.close();
  }

  private MagsCli mags() {
    return new MagsCli(home).on(api).sleeping(new FakeSleeper());
  }

  @Test
  void aFailureIsAnAnnotationOnStderr() {
    api.answers(403, "{\"error\":\"100% no\\r\\n::add-mask::x\"}");

    assertThat(mags().env("GITHUB_ACTIONS", "true").run("pool"))
        .exits(1)
        .printsNothing()
        .warns(
            "error: cannot get the pool status: 100% no ::add-mask::x\n"
                + "hint: the token may not do this; mags whoami shows which token is used\n"
                + "::error title=mags refused::cannot get the pool status: 100%25 no ::add-mask::x"
                + "%0Ahint: the token may not do this; mags whoami shows which token is used\n");
  }

  @Test
  void onlyThereAndNotAsJson() {
    assertThat(mags().env("GITHUB_ACTIONS", "true").run("pool", "x", "--json"))
        .exits(2)
        .warnsMatch("\\A\\{\"error\".*\\}\n\\z");
    assertThat(mags().run("pool", "x")).exits(2).warnsMatch("\\Aerror: .*\nhint: .*\n\\z");
    assertThat(mags().env("GITHUB_ACTIONS", "true").run("pool", "x"))
        .exits(2)
        .warnsOf("\n::error title=mags usage::unexpected argument x%0Ahint: ");
  }
}
