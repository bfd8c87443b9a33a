package run.mags;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import run.mags.command.Host;
import run.mags.completion.CommandTable;
import run.mags.completion.Completer;
import run.mags.completion.LiveNames;
import run.mags.completion.Reply;
import run.mags.completion.TypedLine;
import run.mags.error.ExitCode;

/**
 * The hidden {@code mags __complete}, which the shells call at each TAB: {@code __complete bash
 * LINE WORDBREAKS} with the line up to the cursor, or {@code __complete words WORD...} with the
 * words after the program, the last one being typed. A shell at a prompt is no place for errors: it
 * says nothing where it can say nothing.
 */
final class Completion {
  /** The word that asks for it. */
  static final String WORD = "__complete";

  private Completion() {}

  /** Prints what suits; {@code args} begins with {@link #WORD}. */
  static int run(Host host, String... args) {
    try {
      String reply = reply(host, args);
      host.terminal().out().write(reply.getBytes(StandardCharsets.UTF_8));
      return ExitCode.OK;
    } catch (IOException unwritable) {
      return ExitCode.FAILED;
    }
  }

  private static String reply(Host host, String... args) throws IOException {
    LiveNames names =
        new LiveNames(host.env(), host.home(), host.cwd(), host.clock(), host.sleeper(), program());
    Completer completer = new Completer(CommandTable.load(), names);
    if (args.length == 4 && args[1].equals("bash")) {
      TypedLine line = TypedLine.ofBash(args[2], args[3]);
      return Reply.forBash(completer.complete(line), line);
    }
    List<String> words = Arrays.asList(args).subList(Math.min(2, args.length), args.length);
    return Reply.described(completer.complete(TypedLine.of(words)));
  }

  /** How this program is started: by its launcher, which knows the caches; else as it was. */
  private static List<String> program() {
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith("mags.jar")) {
      Path launcher = Path.of(classPath).resolveSibling("../bin/mags");
      if (File.separatorChar == '/' && Files.isExecutable(launcher)) {
        return List.of(launcher.toString());
      }
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, "run.mags.Main");
  }
}
