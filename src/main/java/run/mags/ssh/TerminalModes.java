package run.mags.ssh;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** The modes of a terminal as they are sent (RFC 4254, section 8; RFC 8160 for UTF-8). */
final class TerminalModes {
  /** A character that is not set (RFC 4254, section 8). */
  private static final int NONE = 255;

  private static final int INPUT_SPEED = 128;
  private static final int OUTPUT_SPEED = 129;
  private static final long USUAL_SPEED = 38_400;

  /** What Linux gives a new terminal, except that text is UTF-8. */
  private static final String USUAL =
      "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; start = ^Q; stop = ^S; susp = ^Z;"
          + " rprnt = ^R; werase = ^W; lnext = ^V; discard = ^O; icrnl ixon imaxbel iutf8 isig"
          + " icanon iexten echo echoe echok echoctl echoke opost onlcr cs8";

  private static final Pattern CHARACTER = Pattern.compile("([a-z][a-z0-9]*) = ([^;\\s]+);");
  private static final Pattern SWITCH =
      Pattern.compile("(?<=^|[\\s:;])(-?)([a-z][a-z0-9]*)(?=\\s|$|;)");
  private static final Pattern SPEED = Pattern.compile("speed (\\d{1,9}) baud");

  private final Map<PtyMode, Integer> values = new EnumMap<>(PtyMode.class);
  private long speed = USUAL_SPEED;

  /** The modes of a terminal with these settings, which are as {@code stty -a} prints them. */
  TerminalModes(String settings) {
    read(USUAL);
    read(settings);
  }

  private void read(String settings) {
    Matcher speeds = SPEED.matcher(settings);
    if (speeds.find()) {
      speed = Long.parseLong(speeds.group(1));
    }
    Matcher characters = CHARACTER.matcher(settings);
    while (characters.find()) {
      put("V" + longName(characters.group(1)), code(characters.group(2)));
    }
    Matcher switches = SWITCH.matcher(characters.replaceAll(" "));
    while (switches.find()) {
      put(switches.group(2), switches.group(1).isEmpty() ? 1 : 0);
    }
  }

  private static String longName(String name) {
    return name.equals("rprnt") ? "reprint" : name;
  }

  private void put(String name, int value) {
    try {
      values.put(PtyMode.valueOf(name.toUpperCase(Locale.ROOT)), value);
    } catch (IllegalArgumentException notOnEverySystem) {
      // SSH has no number for it, so the other side would not know it.
    }
  }

  /** The character that {@code stty} writes as {@code ^C}, {@code ^?}, {@code M-x}. */
  private static int code(String written) {
    if (written.startsWith("M-") && written.length() > 2) {
      return 128 + code(written.substring(2)) % 128;
    }
    if (written.length() == 2 && written.charAt(0) == '^') {
      return written.charAt(1) == '?' ? 127 : written.charAt(1) & 31;
    }
    return written.length() == 1 ? written.charAt(0) & 255 : NONE;
  }

  /** The character that stands for the end of input; 255 if there is none. */
  int endOfInput() {
    return values.getOrDefault(PtyMode.VEOF, NONE);
  }

  /** The modes as the value of a request for a terminal. */
  byte[] bytes() {
    Buffer buffer = new ByteArrayBuffer(5 * values.size() + 16, false);
    values.forEach(
        (mode, value) -> {
          buffer.putByte((byte) mode.toInt());
          buffer.putUInt(value);
        });
    buffer.putByte((byte) INPUT_SPEED);
    buffer.putUInt(speed);
    buffer.putByte((byte) OUTPUT_SPEED);
    buffer.putUInt(speed);
    buffer.putByte(PtyMode.TTY_OP_END);
    return buffer.getCompactData();
  }
}
