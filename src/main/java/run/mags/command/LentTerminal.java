package run.mags.command;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import run.mags.ssh.RemoteProcess;
import run.mags.ssh.RemoteTerminal;
import run.mags.terminal.Screen;
import run.mags.terminal.Signals;
import run.mags.terminal.Terminal;
import run.mags.terminal.WindowSize;

/**
 * Our terminal, lent to a remote program: every key goes there, every change of size is told, and
 * we get it back as it was when this is closed, or when the process ends before that. Where our
 * input is no terminal the remote program has one all the same.
 */
final class LentTerminal implements AutoCloseable {
  private static final List<String> RESIZED = List.of("WINCH");
  private static final List<String> CONTINUED = List.of("CONT");

  /** A type of which every program knows that it can do nothing. */
  private static final String PLAIN_TYPE = "dumb";

  private static final String KEYS =
      """

      At the beginning of a line:
        ~.   end this session, even one that hangs
        ~^Z  suspend it (~ and Ctrl-Z), until fg
        ~#   list the ports that are forwarded
        ~~   send a ~
        ~?   show this
      """;

  /**
   * Back to the main screen, colours and cursor as usual, nothing reported by mouse or paste, keys
   * as usual; on a line of its own (xterm's control sequences).
   */
  private static final String AS_USUAL =
      "\033[?1047l\033[0m\033[?25h\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l"
          + "\033[?1l\033>\r\n";

  private final CliContext cli;
  private final Supplier<List<String>> forwards;
  private final Screen screen;
  private final TypedInput typed;
  private final RemoteTerminal request;
  private final Thread lastResort = new Thread(this::giveBack, "restore-terminal");
  private Signals.Registration resizes;
  private Signals.Registration continuations;
  private WindowSize told;
  private boolean closed;

  /**
   * The terminal, not lent yet.
   *
   * @param input whether what is typed is passed on
   * @param leave what the escape key for leaving does
   * @param forwards the ports that are forwarded, a line each
   */
  LentTerminal(CliContext cli, boolean input, Runnable leave, Supplier<List<String>> forwards) {
    this.cli = cli;
    this.forwards = forwards;
    Terminal terminal = cli.host().terminal();
    boolean keyboard = input && terminal.inIsTerminal();
    this.screen = keyboard || terminal.outIsTerminal() ? terminal.screen().orElse(null) : null;
    this.typed = keyboard ? new TypedInput(terminal.in(), new EscapeKeys(keys(leave))) : null;
    this.told = screen == null ? WindowSize.USUAL : screen.size();
    String type = cli.host().env().getOrDefault("TERM", "");
    this.request =
        new RemoteTerminal(
            type.isBlank() ? PLAIN_TYPE : type, told, screen == null ? "" : screen.settings());
  }

  private EscapeKeys.Actions keys(Runnable leave) {
    return new EscapeKeys.Actions() {
      @Override
      public void leave() {
        leave.run();
      }

      @Override
      public void suspend() {
        if (screen != null) {
          cli.output().errorBytes(ascii("\r\n"));
          screen.suspend();
          takeAgain();
        }
      }

      @Override
      public void explain() {
        say(KEYS);
      }

      @Override
      public void listForwards() {
        List<String> lines = forwards.get();
        say("\n" + (lines.isEmpty() ? "no port is forwarded" : String.join("\n", lines)) + "\n");
      }
    };
  }

  /** The terminal does not go to the left on its own while it is lent. */
  private void say(String text) {
    cli.output().errorBytes(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The terminal to ask the other side for. */
  RemoteTerminal request() {
    return request;
  }

  /** What is typed, from the moment on when it is lent; null where there is no keyboard. */
  InputStream keyboard() {
    return typed;
  }

  /**
   * Lends it to a program that has just been started.
   *
   * @param hungUp what to do when it is gone
   */
  void lendTo(RemoteProcess process, Runnable hungUp) {
    synchronized (this) {
      if (closed) {
        return;
      }
      resizes = cli.host().signals().handle(RESIZED, name -> passSizeOn(process));
      if (typed != null) {
        continuations = cli.host().signals().handle(CONTINUED, name -> goOn(process));
        Runtime.getRuntime().addShutdownHook(lastResort);
        if (screen == null || !screen.raw()) {
          cli.output().note("keys go line by line: this terminal cannot be changed (no stty here)");
        }
        typed.begin(hungUp);
      }
    }
    passSizeOn(process);
  }

  /** We were stopped, and our shell has used the terminal; its size may have changed, too. */
  private void goOn(RemoteProcess process) {
    takeAgain();
    passSizeOn(process);
  }

  private synchronized void takeAgain() {
    if (!closed && screen != null) {
      screen.raw();
    }
  }

  /** Signals may overtake each other, but each looks at what the size is now. */
  private void passSizeOn(RemoteProcess process) {
    synchronized (request) {
      WindowSize size = screen == null ? told : screen.size();
      if (!size.equals(told)) {
        told = size;
        process.resize(size);
      }
    }
  }

  /**
   * Says that the program's last words are missing: it may have left another screen, a hidden
   * cursor, and a mouse that types.
   */
  void abandoned() {
    close();
    boolean shown = typed != null && cli.host().terminal().errIsTerminal();
    if (shown && !request.type().equals(PLAIN_TYPE)) {
      cli.output().errorBytes(ascii(AS_USUAL));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void giveBack() {
    if (screen != null) {
      screen.restore();
    }
  }

  /** Gets it back. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (resizes != null) {
      resizes.close();
    }
    if (continuations != null) {
      continuations.close();
    }
    giveBack();
    try {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    } catch (IllegalStateException alreadyEnding) {
      // The process ends, and the hook has found nothing left to do.
    }
  }
}
