/** The terminal: streams, what they are connected to, colour, tables, progress and questions. */
package run.mags.terminal;
