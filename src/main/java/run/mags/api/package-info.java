/** The REST API: one typed method per endpoint. Knows no command line and no terminal. */
package run.mags.api;
