/** Targets of a fuzzer, and inputs that it has found, which every build tries again. */
package run.mags.fuzz;
