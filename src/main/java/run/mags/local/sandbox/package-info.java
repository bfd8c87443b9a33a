/**
 * Sandboxes of the local backend: probing what this machine can do, and processes kept apart by
 * Linux namespaces, or plain ones. Knows no HTTP, no SSH and no jobs.
 *
 * <p>{@link run.mags.local.sandbox.Sandboxes} is the way in. It is a development tool, not a
 * security boundary: the kernel and the network are the host's.
 */
package run.mags.local.sandbox;
