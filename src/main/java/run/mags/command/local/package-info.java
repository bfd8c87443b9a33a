/** {@code mags local …}: the embedded backend from the command line; the only users of it. */
package run.mags.command.local;
