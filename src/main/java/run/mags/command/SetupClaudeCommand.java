package run.mags.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.FileReason;
import run.mags.error.ShellWord;
import run.mags.terminal.Printable;

/** {@code setup-claude}: installs the skill that teaches Claude Code these commands. */
@Command(
    name = "setup-claude",
    description = {
      "Teach Claude Code to use mags: write a skill file, print its place.",
      "It goes to .claude/skills/mags in your home directory; with --dir into a",
      "directory of your choice, such as .claude/skills/mags of a project."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags setup-claude",
      "  mags setup-claude --dir .claude/skills/mags",
      "  mags setup-claude --force              replace the one that is there"
    })
public final class SetupClaudeCommand extends BaseCommand {
  private static final String FILE = "SKILL.md";

  @Option(names = "--dir", paramLabel = "DIR", description = "Write it to this directory.")
  Path directory;

  @Option(names = "--force", description = "Replace a file that is there and differs.")
  boolean force;

  /** The command. */
  public SetupClaudeCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (directory != null && directory.toString().isEmpty()) {
      throw usage("--dir needs a directory; the current one is --dir .");
    }
    Path target =
        directory == null
            ? cli.host().home().resolve(".claude").resolve("skills").resolve("mags")
            : cli.host().cwd().resolve(directory).normalize();
    Path file = target.resolve(FILE);
    boolean written = write(file, skill());
    if (!written) {
      cli.output().note("it is there already, word for word");
    }
    cli.output()
        .show(
            () -> Json.write(Json.object().put("file", file.toString()).put("written", written)),
            () -> Printable.line(file.toString()));
    return ExitCode.OK;
  }

  private boolean write(Path file, byte[] skill) {
    try {
      if (Files.exists(file)) {
        if (Arrays.equals(Files.readAllBytes(file), skill)) {
          return false;
        }
        if (!force) {
          throw new CliException(
              ErrorKind.CONFLICT,
              file + " is there and differs",
              "nothing was written; to replace it: mags setup-claude --force"
                  + (directory == null ? "" : " --dir " + ShellWord.of(directory.toString())));
        }
      }
      Path parent = Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(parent, FILE, ".new");
      try {
        Files.write(fresh, skill);
        Files.move(
            fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      return true;
    } catch (IOException failed) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot write " + file + ": " + FileReason.of(failed),
          "is it a directory of yours?",
          failed);
    }
  }

  private static byte[] skill() {
    try (InputStream in = SetupClaudeCommand.class.getResourceAsStream(FILE)) {
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
