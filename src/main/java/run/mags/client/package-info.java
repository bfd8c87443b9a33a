/**
 * The library: what a program can do with sandboxes, without a command line. {@link
 * run.mags.client.MagsClient} is the way in; the commands of {@code mags} go through it, too.
 */
package run.mags.client;
