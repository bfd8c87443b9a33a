package run.mags.command.option;

import picocli.CommandLine.Option;

/** The options of a new sandbox that {@code run} and {@code new} share. */
public final class SandboxOptions {
  @Option(
      names = "--base",
      paramLabel = "WORKSPACE",
      description = "Begin with this workspace, mounted read-only beneath.")
  String base;

  @Option(
      names = "--disk",
      paramLabel = "GB",
      converter = DiskConverter.class,
      description = "Disk size in GB (the service's default is 2).")
  Integer diskGb;

  @Option(names = "--no-sleep", description = "Never put it to sleep when idle.")
  boolean noSleep;

  /** The workspace to mount read-only beneath, or null. */
  public String base() {
    return base;
  }

  /** The disk size in GB, or null. */
  public Integer diskGb() {
    return diskGb;
  }

  /** Whether it never goes to sleep. */
  public boolean noSleep() {
    return noSleep;
  }
}
