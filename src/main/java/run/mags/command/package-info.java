/** One class for each command, named after it, and what commands share. */
package run.mags.command;
