package run.mags.command;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import run.mags.config.EnvVar;

/** The user's web browser. */
public final class Browser {
  private Browser() {}

  /** Opens a page, and says whether that seems to have worked. */
  public static boolean open(Host host, String url) {
    try {
      for (List<String> command : commands(host, url)) {
        if (starts(command)) {
          return true;
        }
      }
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean starts(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      // A browser that stays in the foreground is fine; an opener that fails does so at once.
      return !process.waitFor(1, TimeUnit.SECONDS) || process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  /**
   * The commands of a BROWSER variable, to be tried one after another, as xdg-open(1) reads it:
   * colons stand between them and blanks between their words, and {@code %s} is the page, which is
   * added at the end where none is. The path of a program that is there is taken as it is.
   */
  static List<List<String>> chosen(String browser, String url) {
    File program = new File(browser);
    if (program.isFile() && program.canExecute()) {
      return List.of(List.of(browser, url));
    }
    List<List<String>> commands = new ArrayList<>();
    for (String command : browser.split(File.pathSeparator, -1)) {
      List<String> words = new ArrayList<>();
      for (String word : command.strip().split(" +", -1)) {
        words.add(word.replace("%s", url));
      }
      if (!command.contains("%s")) {
        words.add(url);
      }
      if (!command.isBlank()) {
        commands.add(words);
      }
    }
    return commands;
  }

  private static List<List<String>> commands(Host host, String url) {
    Optional<String> chosen = EnvVar.BROWSER.in(host.env());
    if (chosen.isPresent()) {
      return chosen(chosen.get(), url);
    }
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return List.of(List.of("open", url));
    }
    if (system.startsWith("windows")) {
      return List.of(List.of("rundll32", "url.dll,FileProtocolHandler", url));
    }
    boolean display =
        host.env().containsKey("DISPLAY") || host.env().containsKey("WAYLAND_DISPLAY");
    return display ? List.of(List.of("xdg-open", url)) : List.of();
  }
}
