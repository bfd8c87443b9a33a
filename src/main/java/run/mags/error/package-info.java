/** What went wrong, as a value: kinds, exit codes, and the exception that carries them. A leaf. */
package run.mags.error;
