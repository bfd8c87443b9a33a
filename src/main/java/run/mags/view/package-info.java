/** The text form of what the API gives. */
package run.mags.view;
