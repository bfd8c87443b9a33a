package run.mags.local.sandbox;

import java.util.Arrays;
import java.util.Optional;

/** What a user asks for: a level of isolation, or the best one that this machine has. */
public enum IsolationChoice {
  /** The strongest level that works; plain processes, with a warning, when no other does. */
  AUTO("auto"),
  /** Linux namespaces of either kind, or a failure; never plain processes. */
  NS("ns"),
  /** Linux namespaces with plain trees for workspaces, or a failure. */
  FLAT("flat"),
  /** Plain processes, whatever else would work. */
  PLAIN("plain");

  private final String word;

  IsolationChoice(String word) {
    this.word = word;
  }

  /** The word for it on a command line. */
  public String word() {
    return word;
  }

  /** The choice that {@code word} names, if it names one; case matters. */
  public static Optional<IsolationChoice> of(String word) {
    return Arrays.stream(values()).filter(choice -> choice.word.equals(word)).findFirst();
  }
}
