/**
 * Ways into the network of a sandbox: the host's own, or a private one, which a bridge process
 * inside of it opens up. Knows no sandboxes, jobs or protocols.
 */
package run.mags.local.net;
