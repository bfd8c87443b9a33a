/**
 * What suits at the cursor of a command line, for the shells. Lean: every press of TAB starts this
 * program, so that neither the option parser, nor JSON, nor HTTP may be loaded here.
 */
package run.mags.completion;
