/** Files to and from a sandbox: small ones as a tar stream, large ones in chunks that resume. */
package run.mags.transfer;
