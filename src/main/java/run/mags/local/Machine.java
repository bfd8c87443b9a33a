package run.mags.local;

import java.io.IOException;
import run.mags.local.sandbox.Sandbox;

/** A sandbox with the workspace that it works in, which it alone may use until it is closed. */
interface Machine extends AutoCloseable {
  /** The sandbox. */
  Sandbox sandbox();

  /** Brings the workspace to the disk; returns when it is there. */
  void sync() throws IOException;

  /** Ends everything in the sandbox, then gives the workspace free; returns when both are done. */
  @Override
  void close();
}
