/**
 * The SSH side of the local backend, on Apache SSHD: one server for all jobs of a backend, a port,
 * a host key and a client key for each job. Knows sandboxes, but no jobs and no HTTP; nothing of it
 * is loaded before somebody asks for SSH.
 */
package run.mags.local.ssh;
