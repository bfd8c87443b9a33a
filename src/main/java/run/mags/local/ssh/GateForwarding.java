package run.mags.local.ssh;

import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.forward.ForwardingFilter;

/**
 * What may be forwarded: to wherever a process in the sandbox could connect too, as connections are
 * made in its network; listening on loopback only; no agent, no X11.
 */
final class GateForwarding implements ForwardingFilter {
  @Override
  public boolean canConnect(Type type, SshdSocketAddress address, Session session) {
    return true;
  }

  @Override
  public boolean canListen(SshdSocketAddress address, Session session) {
    String host = address.getHostName();
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  @Override
  public boolean canForwardAgent(Session session, String requestType) {
    return false;
  }

  @Override
  public boolean canForwardX11(Session session, String requestType) {
    return false;
  }
}
