/** Where settings come from: option, environment, file, default. */
package run.mags.config;
