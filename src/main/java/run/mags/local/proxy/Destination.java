package run.mags.local.proxy;

/** A port of a sandbox. Two that are equal lead to the same port of the same sandbox. */
public interface Destination {
  /**
   * Connects; may wait for a sandbox that sleeps or has just begun.
   *
   * @throws Refusal if that cannot be done, with what to tell an HTTP client
   */
  Link connect() throws Refusal;

  /**
   * Says that something goes on: one HTTP request and its answer, or one connection with raw bytes.
   * Its user closes what comes back at the end of that.
   */
  Visit visit();

  /** Something that goes on. */
  interface Visit extends AutoCloseable {
    /** Bytes have just moved. */
    void moved();

    @Override
    void close();
  }
}
