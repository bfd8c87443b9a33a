package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers are those of RFC 4254, section 8, and of RFC 8160. */
class TerminalModesTest {
  private static final int INTR = 1;
  private static final int ERASE = 3;
  private static final int EOF = 5;
  private static final int EOL = 6;
  private static final int REPRINT = 12;
  private static final int ICRNL = 36;
  private static final int IXON = 38;
  private static final int UTF8 = 42;
  private static final int ECHO = 53;
  private static final int ONLCR = 72;
  private static final int CS8 = 91;
  private static final int INPUT_SPEED = 128;

  private static final String LINUX =
      """
      speed 115200 baud; rows 30; columns 100; line = 0;
      intr = ^C; quit = ^\\; erase = ^H; kill = ^U; eof = ^D; eol = <undef>;
      eol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;
      werase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;
      -parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts
      -ignbrk -brkint -ignpar icrnl -ixon -ixoff imaxbel iutf8
      opost onlcr isig icanon iexten -echo echoe echok echoctl echoke""";

  private static final String BSD =
      """
      speed 9600 baud; 24 rows; 80 columns;
      lflags: icanon isig iexten echo echoe -echok echoke -echonl echoctl
      iflags: -istrip icrnl -inlcr -igncr -ixon -ixoff -iutf8
      oflags: opost -onlcr
      cflags: cread cs8 -parenb
      cchars: discard = ^O; eof = ^A; eol = <undef>;
      \terase = M-^?; intr = x; reprint = ^T; status = ^T;""";

  private static Map<Integer, Integer> modes(String settings) {
    Map<Integer, Integer> modes = new HashMap<>();
    ByteBuffer bytes = ByteBuffer.wrap(new TerminalModes(settings).bytes());
    for (int code = bytes.get() & 255; code != 0; code = bytes.get() & 255) {
      modes.put(code, bytes.getInt());
    }
    assertThat(bytes.remaining()).isZero();
    return modes;
  }

  @Test
  void aUsualTerminalSpeaksUtf8AndEchoes() {
    assertThat(modes(""))
        .containsEntry(INTR, 3)
        .containsEntry(ERASE, 127)
        .containsEntry(EOF, 4)
        .containsEntry(ICRNL, 1)
        .containsEntry(UTF8, 1)
        .containsEntry(ECHO, 1)
        .containsEntry(ONLCR, 1)
        .containsEntry(CS8, 1)
        .containsEntry(INPUT_SPEED, 38_400);
  }

  @Test
  void readsWhatLinuxPrints() {
    assertThat(modes(LINUX))
        .containsEntry(ERASE, 8)
        .containsEntry(EOL, 255)
        .containsEntry(REPRINT, 18)
        .containsEntry(IXON, 0)
        .containsEntry(ECHO, 0)
        .containsEntry(INPUT_SPEED, 115_200);
  }

  @Test
  void readsWhatBsdPrints() {
    assertThat(modes(BSD))
        .containsEntry(INTR, (int) 'x')
        .containsEntry(ERASE, 255)
        .containsEntry(REPRINT, 20)
        .containsEntry(ICRNL, 1)
        .containsEntry(UTF8, 0)
        .containsEntry(ONLCR, 0)
        .containsEntry(INPUT_SPEED, 9_600);
    assertThat(new TerminalModes(BSD).endOfInput()).isEqualTo(1);
  }
}
