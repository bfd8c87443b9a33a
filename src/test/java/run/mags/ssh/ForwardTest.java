package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.Forward.Kind;

class ForwardTest {
  @ParameterizedTest
  @CsvSource({
    "8080:localhost:80,,8080,localhost,80",
    "0:10.0.0.1:5432,,0,10.0.0.1,5432",
    "127.0.0.2:8080:db:80,127.0.0.2,8080,db,80",
    "*:8080:db:80,*,8080,db,80",
    ":8080:db:80,'',8080,db,80",
    "[::1]:8080:[fe80::2]:80,::1,8080,fe80::2,80",
    "65535:[::1]:65535,,65535,::1,65535"
  })
  void readsWhatOpenSshReads(String text, String bind, int port, String host, int hostPort) {
    assertThat(Forward.parse(Kind.LOCAL, text))
        .isEqualTo(new Forward(Kind.LOCAL, bind, port, host, hostPort));
    assertThat(Forward.parse(Kind.REMOTE, text).host()).isEqualTo(host);
  }

  @Test
  void aProxyHasNoDestination() {
    assertThat(Forward.parse(Kind.DYNAMIC, "1080"))
        .isEqualTo(new Forward(Kind.DYNAMIC, null, 1080, null, 0));
    assertThat(Forward.parse(Kind.DYNAMIC, "[::1]:1080").bind()).isEqualTo("::1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        "80:host",
        "a:host:80",
        "80:host:b",
        "80:host:0",
        "80::80",
        "65536:host:80",
        "-1:host:80",
        "1:2:3:4:5",
        "[::1:80:h:80",
        "[::1]x:80:h:80",
        "80:host:80:",
        "/sock:h:80"
      })
  void refusesWhatIsNone(String text) {
    CliException refused =
        catchThrowableOfType(CliException.class, () -> Forward.parse(Kind.LOCAL, text));

    assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(refused).hasMessage("'" + text + "' is no forwarding");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1:2:3", "host:", "70000"})
  void refusesWhatIsNoProxy(String text) {
    assertThat(catchThrowableOfType(CliException.class, () -> Forward.parse(Kind.DYNAMIC, text)))
        .isNotNull();
  }
}
