package run.mags.ssh;

/**
 * What carries a connection.
 *
 * @param session logged in
 * @param link below it
 */
record SshLine(TargetSession session, SocketLink link) {
  /** Whether it stands, as far as is known. */
  boolean isOpen() {
    return session.isOpen();
  }

  void close() {
    session.close(true);
    // The session closes it, too, but after its channels, one of which may be closing already.
    link.close(true);
  }
}
