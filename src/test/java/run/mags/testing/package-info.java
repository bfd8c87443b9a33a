/** What tests run the program with and look at its results with. */
package run.mags.testing;
