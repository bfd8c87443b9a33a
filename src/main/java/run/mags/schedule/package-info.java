/** Cron expressions: read, and asked for the times that they name. A leaf. */
package run.mags.schedule;
