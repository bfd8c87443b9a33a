package run.mags.local.sandbox;

import java.util.Arrays;
import java.util.Optional;

/** What network a user asks for. */
public enum NetworkChoice {
  /** A private one where it leads to the internet, otherwise the host's. */
  AUTO("auto"),
  /** The host's. */
  HOST("host"),
  /** A private one, or a failure; without the internet, and with a warning, where that is all. */
  PRIVATE("private");

  private final String word;

  NetworkChoice(String word) {
    this.word = word;
  }

  /** The word for it on a command line. */
  public String word() {
    return word;
  }

  /** The choice that {@code word} names, if it names one; case matters. */
  public static Optional<NetworkChoice> of(String word) {
    return Arrays.stream(values()).filter(choice -> choice.word.equals(word)).findFirst();
  }
}
