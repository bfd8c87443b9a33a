package run.mags.local.proxy;

/**
 * For how long a proxy waits, in ms, each at least 1. An answer has no limit while its client is
 * there: long polls and event streams are silent for as long as they like.
 *
 * @param idle for the next request on a connection
 * @param head for the head of a request, from its first byte to its last
 * @param silence for more of a request's body
 * @param write for a reader, client or sandbox, that takes nothing
 */
record ProxyTimes(int idle, int head, int silence, int write) {
  /** Those of a running backend. */
  static final ProxyTimes STANDARD = new ProxyTimes(60_000, 10_000, 300_000, 300_000);
}
