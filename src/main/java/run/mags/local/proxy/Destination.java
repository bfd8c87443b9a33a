package run.mags.local.proxy;

import run.mags.local.net.Link;

/** A port of a sandbox. Two that are equal lead to the same port of the same sandbox. */
public interface Destination {
  /**
   * Connects; may wait for a sandbox that sleeps or has just begun.
   *
   * @throws Refusal if that cannot be done, with what to tell an HTTP client
   */
  Link connect() throws Refusal;

  /**
   * Says that the sandbox is in use: by one HTTP request and its answer, or by one connection with
   * raw bytes.
   *
   * @return what is to be run at the end of that
   */
  Runnable enter();
}
