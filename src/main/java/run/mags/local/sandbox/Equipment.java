package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What one sandbox has, and what is given back when it ends, or never gets ready. */
final class Equipment {
  private final Path directory;
  private SandboxNetwork network = SandboxNetwork.HOST;
  private Optional<Confinement> confinement = Optional.empty();
  private Optional<HostImage.Leased> image = Optional.empty();
  private Optional<Ground> ground = Optional.empty();

  /** Nothing yet but the sandbox's own directory. */
  Equipment(Path directory) {
    this.directory = directory;
  }

  /** Has this to bound it, and answers it. */
  Confinement with(Confinement made) {
    confinement = Optional.of(made);
    return made;
  }

  /** Has this network, and answers it. */
  SandboxNetwork with(SandboxNetwork taken) {
    network = taken;
    return taken;
  }

  /** Has this image, and answers it. */
  HostImage with(HostImage.Leased leased) {
    image = Optional.of(leased);
    return leased.image();
  }

  /** Stands on this, and answers it. */
  Ground with(Ground prepared) {
    ground = Optional.of(prepared);
    return prepared;
  }

  /** Its network. */
  SandboxNetwork network() {
    return network;
  }

  /** Gives everything back. */
  void close() {
    network.close();
    ground.ifPresent(Ground::close);
    image.ifPresent(HostImage.Leased::close);
    confinement.ifPresent(Confinement::close);
    try {
      DirectoryTree.delete(directory);
    } catch (IOException e) {
      // It is removed when a sandbox starts in it again, or with discard().
    }
  }
}
