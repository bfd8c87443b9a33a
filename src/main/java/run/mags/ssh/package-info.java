/**
 * The SSH client: connections to a sandbox, commands run over them, and the host keys that were
 * seen. Knows no command line and no REST.
 */
package run.mags.ssh;
