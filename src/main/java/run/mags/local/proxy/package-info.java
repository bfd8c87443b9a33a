/**
 * The way from a URL to a port of a sandbox: an HTTP/1.1 proxy that goes by the {@code Host} of
 * each request, and ports that pass any TCP connection on. Knows no jobs and no sandboxes, only
 * {@link run.mags.local.proxy.Destination}.
 */
package run.mags.local.proxy;
