package run.mags.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayedTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "--json list --all",
        "--color never ls",
        "-q status box",
        "logs --tail 3 -t box",
        "url web 3000",
        "whoami",
        "usage",
        "pool",
        "ws list",
        "cron list --json",
        "exec box ls -t --tty --debug --local --help",
        "exec -n --env A=1 --timeout 3s box true",
        "exec --script -t box",
        "exec -d box make",
        "exec -- box ls"
      })
  void looksAndPlainCommandsMayBe(String line) {
    assertThat(Relayed.mayBe(line.split(" ", -1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--version",
        "--help",
        "help list",
        "list --help",
        "-h list",
        "--debug list",
        "list --debug",
        "--local list",
        "exec --local box true",
        "logs -f box",
        "logs box --follow",
        "logs -tf box",
        "url web --wait",
        "url --open web",
        "url alias list",
        "workspace delete x",
        "cron",
        "cron add",
        "exec -t box top",
        "exec -nt box top",
        "exec --timeout 3s --tty box top",
        "run true",
        "new box",
        "stop box",
        "resize box",
        "login",
        "logout",
        "ssh box",
        "local start",
        "nonsense"
      })
  void whatChangesThingsAsksOrTakesTheTerminalMayNot(String line) {
    assertThat(Relayed.mayBe(line.split(" ", -1))).isFalse();
  }
}
