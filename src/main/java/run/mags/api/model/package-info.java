/**
 * The records that the REST API takes and gives, and the one JSON mapper that reads and writes
 * them. Reading is lenient: unknown keys are ignored, missing and null ones become null, a value of
 * the wrong type counts as missing. Keys are those of the API.
 */
package run.mags.api.model;
