package run.mags.local.ssh;

import run.mags.local.sandbox.Sandbox;

/** What is behind a door. */
public interface SshHost {
  /**
   * The sandbox, woken if it sleeps; asked for by every command.
   *
   * @throws RuntimeException if there is none, with a message for the client
   */
  Sandbox awake();

  /** A client has come in; what is answered is run when it leaves. */
  Runnable enter();
}
