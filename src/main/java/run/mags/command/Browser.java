package run.mags.command;

import java.io.IOException;
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
    Optional<List<String>> command = command(host, url);
    if (command.isEmpty()) {
      return false;
    }
    try {
      Process process =
          new ProcessBuilder(command.get())
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      // A browser that stays in the foreground is fine; an opener that fails does so at once.
      return !process.waitFor(1, TimeUnit.SECONDS) || process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<List<String>> command(Host host, String url) {
    Optional<String> chosen = EnvVar.BROWSER.in(host.env());
    if (chosen.isPresent()) {
      return Optional.of(List.of(chosen.get(), url));
    }
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return Optional.of(List.of("open", url));
    }
    if (system.startsWith("windows")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler", url));
    }
    boolean display =
        host.env().containsKey("DISPLAY") || host.env().containsKey("WAYLAND_DISPLAY");
    return display ? Optional.of(List.of("xdg-open", url)) : Optional.empty();
  }
}
