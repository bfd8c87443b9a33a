package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import run.mags.api.model.Json;
import run.mags.client.Nearest;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.terminal.Output;
import run.mags.terminal.OutputException;
import run.mags.terminal.Printable;
import run.mags.wait.InterruptedWaitException;

/** The one funnel: turns whatever was thrown into one message on stderr and one exit code. */
public final class ErrorReporter
    implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
  private final Output output;
  private final boolean debug;
  private final boolean annotates;

  /**
   * Reports on {@code output}.
   *
   * @param debug whether stack traces are shown, too
   * @param annotates whether failures are told to GitHub Actions, too, which reads our stderr
   */
  public ErrorReporter(Output output, boolean debug, boolean annotates) {
    this.output = output;
    this.debug = debug;
    this.annotates = annotates;
  }

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine commandLine, ParseResult parsed) {
    if (thrown instanceof ParameterException usage) {
      return handleParseException(usage, new String[0]);
    }
    return report(thrown, ReturnsRemoteStatus.by(commandLine.getCommand()));
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] args) {
    CommandLine commandLine = thrown.getCommandLine();
    List<String> unmatched = commandLine.getUnmatchedArguments();
    if (thrown instanceof MissingParameterException && !unmatched.isEmpty()) {
      // The word that was not understood explains why another one seems to be missing.
      return handleParseException(new UnmatchedArgumentException(commandLine, unmatched), args);
    }
    String hint = "see: " + commandLine.getCommandSpec().qualifiedName(" ") + " --help";
    String message = usageMessage(thrown);
    Optional<String> nearest = nearest(thrown);
    if (nearest.isPresent()) {
      hint = "did you mean " + nearest.get() + "? " + hint;
    }
    CliException usage = new CliException(ErrorKind.USAGE, message, hint, thrown);
    return report(usage, ReturnsRemoteStatus.by(commandLine.getCommand()));
  }

  private static String usageMessage(ParameterException thrown) {
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      if (first.startsWith("-") && first.length() > 1) {
        return "unknown option " + first;
      }
      boolean expectsCommand =
          thrown.getCommandLine().getCommandSpec().subcommands().size() > 0
              && thrown.getCommandLine().getCommandSpec().positionalParameters().isEmpty();
      return (expectsCommand ? "unknown command " : "unexpected argument ") + first;
    }
    String message = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    boolean acronym = message.length() > 1 && Character.isUpperCase(message.charAt(1));
    return message.isEmpty() || acronym
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  /** The command or option that was meant, of those that there are. */
  private static Optional<String> nearest(ParameterException thrown) {
    CommandSpec spec = thrown.getCommandLine().getCommandSpec();
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      String wrong = unmatched.getUnmatched().get(0);
      if (wrong.startsWith("-")) {
        return Nearest.to(wrong, spec.optionsMap().keySet()).stream().findFirst();
      }
      Optional<String> near = Nearest.to(wrong, spec.subcommands().keySet()).stream().findFirst();
      if (near.isPresent()) {
        return near;
      }
    }
    return misspelt(spec);
  }

  /** The command that was meant by what a group has taken for its own first argument. */
  private static Optional<String> misspelt(CommandSpec group) {
    if (group.subcommands().isEmpty() || group.positionalParameters().isEmpty()) {
      return Optional.empty();
    }
    Object first = group.positionalParameters().get(0).getValue();
    return first instanceof String word
        ? Nearest.to(word, group.subcommands().keySet()).stream().findFirst()
        : Optional.empty();
  }

  /** Reports a failure and answers the exit code for it. */
  public int report(Throwable thrown, boolean returnsRemoteStatus) {
    if (thrown instanceof OutputException unwritable) {
      if (unwritable.readerGone()) {
        return ExitCode.BROKEN_PIPE;
      }
      String reason = "cannot write to standard output: " + unwritable.getMessage();
      return report(
          new CliException(ErrorKind.FILE, reason, null, unwritable), returnsRemoteStatus);
    }
    CliException failure = thrown instanceof CliException known ? known : internal(thrown);
    if (output.isJson()) {
      output.error(Json.write(json(failure)));
    } else {
      output.error("error: " + Printable.text(failure.getMessage()));
      failure.hint().ifPresent(hint -> output.error("hint: " + Printable.text(hint)));
      failure.requestId().ifPresent(id -> output.error("request id: " + Printable.line(id)));
      if (annotates) {
        output.error(Annotation.of(failure));
      }
    }
    if (debug) {
      output.error(stackTrace(thrown));
    }
    return exitCode(failure, returnsRemoteStatus);
  }

  private static int exitCode(CliException failure, boolean returnsRemoteStatus) {
    if (failure instanceof InterruptedWaitException interrupted) {
      return interrupted.exitCode();
    }
    return switch (failure.kind()) {
      case TIMEOUT, INTERRUPTED -> failure.kind().exitCode();
      default -> returnsRemoteStatus ? ExitCode.NOT_THE_REMOTES : failure.kind().exitCode();
    };
  }

  private static CliException internal(Throwable thrown) {
    if (thrown instanceof NoClassDefFoundError) {
      String message = "mags is not complete: the class " + thrown.getMessage() + " is missing";
      return new CliException(ErrorKind.INTERNAL, message, "install it again", thrown);
    }
    if (thrown instanceof OutOfMemoryError) {
      String message = "there is not enough memory for this";
      String hint = "more for mags: MAGS_JAVA_OPTS=-Xmx2g";
      return new CliException(ErrorKind.INTERNAL, message, hint, thrown);
    }
    return new CliException(
        ErrorKind.INTERNAL,
        "internal error: " + thrown,
        "this is a defect of mags; run it with --debug and report what it prints",
        thrown);
  }

  private static ObjectNode json(CliException failure) {
    ObjectNode document = Json.object();
    ObjectNode error = document.putObject("error");
    error.put("kind", failure.kind().word());
    error.put("message", failure.getMessage());
    error.put("hint", failure.hint().orElse(null));
    error.put("status", failure.status().orElse(null));
    error.put("request_id", failure.requestId().orElse(null));
    error.put("retryable", failure.retryable());
    if (failure instanceof CutShortException cut) {
      document.setAll(cut.output());
    }
    return document;
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString().stripTrailing();
  }
}
