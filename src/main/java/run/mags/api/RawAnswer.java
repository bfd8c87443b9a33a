package run.mags.api;

import java.util.List;

/**
 * What came back, whatever its status.
 *
 * @param head the status line and the headers, each without its line end
 * @param body the bytes of the body
 * @param failure what to tell of a status of 400 and above; null below
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record RawAnswer(List<String> head, byte[] body, ApiException failure) {}
