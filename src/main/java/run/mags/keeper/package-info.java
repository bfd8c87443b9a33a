/**
 * The keeper: a background process of one user that keeps connections and a warm JVM for the calls
 * that follow. {@link run.mags.keeper.Relay} is the side of the caller and loads next to nothing;
 * {@link run.mags.keeper.Keeper} is the process. What they say to each other is in {@link
 * run.mags.keeper.Link}.
 */
package run.mags.keeper;
