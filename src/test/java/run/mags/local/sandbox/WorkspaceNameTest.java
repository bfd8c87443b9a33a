package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.error.CliException;

class WorkspaceNameTest {
  @ParameterizedTest
  @CsvSource({
    "env-0123_abc, env-0123_abc",
    "v1.2, v1.2",
    "., %2E",
    ".., %2E.",
    ".hidden, %2Ehidden",
    "a/b, a%2Fb",
    "My App, %4Dy%20%41pp",
    "é, %C3%A9",
    "a%2Fb, a%252%46b",
    "a~b, a%7Eb",
  })
  void escapesWhatIsNotSafe(String name, String expected) {
    assertThat(WorkspaceName.encode(name)).isEqualTo(expected);
  }

  @Test
  void tellsDifferentNamesApartOnAnyFileSystem() {
    String long1 = "x".repeat(300);
    List<String> names =
        List.of("", "%", "a", "A", ".a", "%2Ea", "a ", "a.", "é", "e\u0301", long1, long1 + "x");
    Set<String> encoded = new HashSet<>();

    names.forEach(name -> encoded.add(WorkspaceName.encode(name).toLowerCase(Locale.ROOT)));

    assertThat(encoded).hasSameSizeAs(names).allMatch(name -> name.length() <= 160);
    assertThat(encoded).allMatch(name -> name.matches("[a-z0-9_%~][a-z0-9_%~.-]*"));
  }

  @Test
  void cutsOnlyWhatIsTooLong() {
    assertThat(WorkspaceName.encode("x".repeat(160))).isEqualTo("x".repeat(160));
    assertThat(WorkspaceName.encode("x".repeat(161))).hasSize(160).contains("x~");
  }

  @Test
  void refusesHalfACharacter() {
    assertThatThrownBy(() -> WorkspaceName.encode("a\ud800"))
        .isInstanceOf(CliException.class)
        .hasMessage("the workspace name is not Unicode text");
  }
}
