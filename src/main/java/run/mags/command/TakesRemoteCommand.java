package run.mags.command;

/**
 * A command whose words belong to the remote side from the first that is no option: options of ours
 * stand before it.
 */
public interface TakesRemoteCommand extends ReturnsRemoteStatus {}
