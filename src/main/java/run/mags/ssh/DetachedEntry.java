package run.mags.ssh;

/**
 * One of the detached commands of a sandbox.
 *
 * @param id by which it is asked for
 * @param state how it is
 */
public record DetachedEntry(String id, DetachedState state) {}
