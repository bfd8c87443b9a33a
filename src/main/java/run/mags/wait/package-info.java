/** Waiting: one poller, growing pauses, bounded times. Knows nothing of what it waits for. */
package run.mags.wait;
