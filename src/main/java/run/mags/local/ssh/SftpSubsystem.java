package run.mags.local.ssh;

import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import run.mags.local.sandbox.NamedPipes;
import run.mags.local.sandbox.Sandbox;

/**
 * File transfer for {@code sftp}, and {@code scp} since OpenSSH 9, by the server program that is in
 * the sandbox: so a transfer sees its files as any command there does.
 *
 * @param sandboxes the sandbox behind a session, woken when it is asked for
 * @param pipes for its outputs
 * @param threads where it runs
 */
record SftpSubsystem(
    Function<ServerSession, Supplier<Sandbox>> sandboxes, NamedPipes pipes, GateThreads threads)
    implements SubsystemFactory {
  /** Debian and Alpine, Fedora, Arch, SUSE, and what PATH has. */
  private static final String SERVER =
      "for server in /usr/lib/openssh /usr/libexec/openssh /usr/lib/ssh /usr/libexec/ssh; do"
          + " [ ! -x $server/sftp-server ] || exec $server/sftp-server; done;"
          + " command -v sftp-server >/dev/null && exec sftp-server;"
          + " echo 'mags: there is no sftp-server in the sandbox; install openssh-sftp-server on"
          + " this machine, or use scp -O' >&2; exit 127";

  @Override
  public String getName() {
    return "sftp";
  }

  @Override
  public Command createSubsystem(ChannelSession channel) {
    return new GateCommand(sandboxes.apply(channel.getSession()), SERVER, pipes, threads);
  }
}
