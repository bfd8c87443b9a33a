package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFileTest {
  private static final String TYPE = "multipart/form-data; boundary=B";

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  private String copy(String type, byte[] body) throws IOException {
    return MultipartFile.copy(type, new ByteArrayInputStream(body), content);
  }

  private static byte[] form(String disposition, byte[] bytes) {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(
        ("--B\r\nContent-Disposition: form-data; " + disposition + "\r\nX: y\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    form.writeBytes(bytes);
    form.writeBytes("\r\n--B--\r\n".getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  private static byte[] file(String text) {
    return form("name=\"file\"; filename=\"a.txt\"", text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "\r\n",
        "\r\r\n--",
        "\r\n--A",
        "\r\n-\r\n--\r\n\r\r\n",
        "--B",
        "a\r\n--\r"
      })
  void keepsEveryByteHoweverLikeABoundary(String text) throws IOException {
    assertThat(copy(TYPE, file(text))).isEqualTo("a.txt");
    assertThat(content).hasToString(text);
  }

  @Test
  void keepsRandomBytes() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);

    copy(
        "multipart/form-data; charset=utf-8; boundary=\"B\"",
        form("name=\"file\"; filename=\"f\"", bytes));

    assertThat(content.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void passesOverOtherParts() throws IOException {
    String form =
        "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n--B  \r\n"
            + "content-disposition: form-data; filename=\"b\"; name=\"file\"\r\n\r\nyes\r\n--B--";

    assertThat(copy(TYPE, form.getBytes(StandardCharsets.UTF_8))).isEqualTo("b");
    assertThat(content).hasToString("yes");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "dir/a.txt, a.txt",
        "../../etc/passwd, passwd",
        "C:\\dir\\a.txt, a.txt",
        "ü ö.txt, ü ö.txt",
        "-rf, -rf",
        "%22q%22, |\"q\"|",
      })
  void takesTheBaseNameOnly(String given, String name) throws IOException {
    assertThat(copy(TYPE, form("name=\"file\"; filename=\"" + given + "\"", new byte[0])))
        .isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/..", "/", "dir/"})
  void refusesNamesThatAreNone(String name) {
    assertThatThrownBy(
            () -> copy(TYPE, form("name=\"file\"; filename=\"" + name + "\"", new byte[0])))
        .isInstanceOf(ApiRefusal.class)
        .hasMessage("the part named file has no file name");
  }

  @Test
  void refusesWhatIsNoSuchForm() {
    assertThatThrownBy(() -> copy(null, new byte[0])).hasMessageContaining("multipart/form-data");
    assertThatThrownBy(() -> copy("text/plain", file(""))).isInstanceOf(ApiRefusal.class);
    assertThatThrownBy(() -> copy(TYPE, "--C\r\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("the form does not begin with its boundary");
    assertThatThrownBy(() -> copy(TYPE, form("name=\"other\"", new byte[0])))
        .hasMessage("the form has no part named file");
  }

  @Test
  void refusesEveryFormThatIsCutOff() throws IOException {
    byte[] whole = file("content");
    int enough = whole.length - "--\r\n".length();
    for (int length = 0; length < enough; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> copy(TYPE, cut))
          .isInstanceOf(ApiRefusal.class)
          .hasMessage("the body ends before the form does");
    }
    content.reset();
    assertThat(copy(TYPE, Arrays.copyOf(whole, enough))).isEqualTo("a.txt");
  }
}
