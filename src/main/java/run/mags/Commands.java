package run.mags;

import java.util.List;
import java.util.function.Supplier;
import run.mags.command.ApiCommand;
import run.mags.command.ApiCommandModel;
import run.mags.command.BrowserCommand;
import run.mags.command.BrowserCommandModel;
import run.mags.command.CliContext;
import run.mags.command.CodeCommand;
import run.mags.command.CodeCommandModel;
import run.mags.command.CompletionCommand;
import run.mags.command.CompletionCommandModel;
import run.mags.command.CpCommand;
import run.mags.command.CpCommandModel;
import run.mags.command.ExecCommand;
import run.mags.command.ExecCommandModel;
import run.mags.command.ExplainCommand;
import run.mags.command.ExplainCommandModel;
import run.mags.command.ForwardCommand;
import run.mags.command.ForwardCommandModel;
import run.mags.command.GcCommand;
import run.mags.command.GcCommandModel;
import run.mags.command.HelpCommand;
import run.mags.command.HelpCommandModel;
import run.mags.command.ListCommand;
import run.mags.command.ListCommandModel;
import run.mags.command.LoginCommand;
import run.mags.command.LoginCommandModel;
import run.mags.command.LogoutCommand;
import run.mags.command.LogoutCommandModel;
import run.mags.command.LogsCommand;
import run.mags.command.LogsCommandModel;
import run.mags.command.NamesCommand;
import run.mags.command.NamesCommandModel;
import run.mags.command.NewCommand;
import run.mags.command.NewCommandModel;
import run.mags.command.PoolCommand;
import run.mags.command.PoolCommandModel;
import run.mags.command.ResizeCommand;
import run.mags.command.ResizeCommandModel;
import run.mags.command.RmCommand;
import run.mags.command.RmCommandModel;
import run.mags.command.RunCommand;
import run.mags.command.RunCommandModel;
import run.mags.command.SetCommand;
import run.mags.command.SetCommandModel;
import run.mags.command.SetupClaudeCommand;
import run.mags.command.SetupClaudeCommandModel;
import run.mags.command.SshCommand;
import run.mags.command.SshCommandModel;
import run.mags.command.SshConfigCommand;
import run.mags.command.SshConfigCommandModel;
import run.mags.command.SshProxyCommand;
import run.mags.command.SshProxyCommandModel;
import run.mags.command.StatusCommand;
import run.mags.command.StatusCommandModel;
import run.mags.command.StopCommand;
import run.mags.command.StopCommandModel;
import run.mags.command.SyncCommand;
import run.mags.command.SyncCommandModel;
import run.mags.command.UsageCommand;
import run.mags.command.UsageCommandModel;
import run.mags.command.WaitCommand;
import run.mags.command.WaitCommandModel;
import run.mags.command.WhoamiCommand;
import run.mags.command.WhoamiCommandModel;
import run.mags.command.cron.CronCommand;
import run.mags.command.doctor.DoctorCommand;
import run.mags.command.doctor.DoctorCommandModel;
import run.mags.command.local.LocalCommand;
import run.mags.command.url.UrlCommand;
import run.mags.command.workspace.WorkspaceCommand;

/** The commands by their names; each is built only when it is asked for. */
final class Commands {
  /** The commands in the order of the help. */
  static final List<String> NAMES =
      List.of(
          "new",
          "run",
          "exec",
          "cp",
          "ssh",
          "forward",
          "code",
          "ssh-config",
          "ssh-proxy",
          "list",
          "status",
          "logs",
          "url",
          "wait",
          "stop",
          "rm",
          "gc",
          "resize",
          "sync",
          "set",
          "workspace",
          "cron",
          "usage",
          "pool",
          "browser",
          "api",
          "explain",
          "doctor",
          "completion",
          "setup-claude",
          "login",
          "logout",
          "whoami",
          "local",
          "help");

  private Commands() {}

  /**
   * A new command of this name, or null. The type says less than it could: for a closer one the
   * verifier would load every command to see that it fits.
   */
  static Object named(String name, Supplier<CliContext> context) {
    return switch (name) {
      case "new" -> NewCommandModel.of(new NewCommand(context));
      case "run" -> RunCommandModel.of(new RunCommand(context));
      case "exec" -> ExecCommandModel.of(new ExecCommand(context));
      case "cp" -> CpCommandModel.of(new CpCommand(context));
      case "ssh" -> SshCommandModel.of(new SshCommand(context));
      case "forward" -> ForwardCommandModel.of(new ForwardCommand(context));
      case "code" -> CodeCommandModel.of(new CodeCommand(context));
      case "ssh-config" -> SshConfigCommandModel.of(new SshConfigCommand(context));
      case "ssh-proxy" -> SshProxyCommandModel.of(new SshProxyCommand(context));
      case "list", "ls" -> ListCommandModel.of(new ListCommand(context));
      case "status" -> StatusCommandModel.of(new StatusCommand(context));
      case "logs" -> LogsCommandModel.of(new LogsCommand(context));
      case "url" -> UrlCommand.group(context);
      case "wait" -> WaitCommandModel.of(new WaitCommand(context));
      case "stop" -> StopCommandModel.of(new StopCommand(context));
      case "rm" -> RmCommandModel.of(new RmCommand(context));
      case "gc" -> GcCommandModel.of(new GcCommand(context));
      case "resize" -> ResizeCommandModel.of(new ResizeCommand(context));
      case "sync" -> SyncCommandModel.of(new SyncCommand(context));
      case "set" -> SetCommandModel.of(new SetCommand(context));
      case "workspace", "ws" -> WorkspaceCommand.group(context);
      case "cron" -> CronCommand.group(context);
      case "usage" -> UsageCommandModel.of(new UsageCommand(context));
      case "pool" -> PoolCommandModel.of(new PoolCommand(context));
      case "browser" -> BrowserCommandModel.of(new BrowserCommand(context));
      case "api" -> ApiCommandModel.of(new ApiCommand(context));
      case "explain" -> ExplainCommandModel.of(new ExplainCommand(context));
      case "doctor" -> DoctorCommandModel.of(new DoctorCommand(context));
      case "completion" -> CompletionCommandModel.of(new CompletionCommand(context));
      case "__names" -> NamesCommandModel.of(new NamesCommand(context));
      case "setup-claude" -> SetupClaudeCommandModel.of(new SetupClaudeCommand(context));
      case "login" -> LoginCommandModel.of(new LoginCommand(context));
      case "logout" -> LogoutCommandModel.of(new LogoutCommand(context));
      case "whoami" -> WhoamiCommandModel.of(new WhoamiCommand(context));
      case "local" -> LocalCommand.group(context);
      case "help" -> HelpCommandModel.of(new HelpCommand(context));
      default -> null;
    };
  }
}
