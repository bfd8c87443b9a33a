/**
 * Sandboxes of the local backend: probing what this machine can do, and processes kept apart by
 * Linux namespaces, or plain ones. Knows no HTTP, no SSH and no jobs.
 */
package run.mags.local.sandbox;
