/**
 * Runs the script tests of {@code src/test/resources/scripts}; docs/testing.md has the language.
 */
package run.mags.script;
