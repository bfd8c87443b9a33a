package run.mags.command;

/**
 * A command whose exit code is the remote's own: every failure that is not the remote's, wrong
 * usage included, ends it with 125 instead of the code it would have elsewhere. A timeout and
 * signals keep theirs.
 */
public interface ReturnsRemoteStatus {}
