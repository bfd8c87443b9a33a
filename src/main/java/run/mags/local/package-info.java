/**
 * The embedded local backend: a real server of the job API on this machine, its state directory,
 * and the light client side that finds, starts and stops one in the background. Not a security
 * boundary against hostile code.
 */
package run.mags.local;
