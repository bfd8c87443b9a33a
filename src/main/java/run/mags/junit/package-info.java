/**
 * For tests of other projects: a local backend for JUnit 5 and later. In a jar of its own, {@code
 * mags-junit.jar}, so that nothing else needs JUnit.
 */
package run.mags.junit;
