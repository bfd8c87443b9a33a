package run.mags.local.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** What is kept of a door, in owner-only files: Ed25519 key pairs and a port. */
final class DoorFiles {
  private DoorFiles() {}

  /** The key pair in {@code file}; one that is missing or cannot be read is made anew. */
  static KeyPair keyPair(Path file) throws IOException {
    try {
      try (InputStream in = Files.newInputStream(file)) {
        return SecurityUtils.loadKeyPairIdentities(
                null, NamedResource.ofName(file.toString()), in, null)
            .iterator()
            .next();
      } catch (NoSuchFileException missing) {
        return create(file);
      } catch (IOException | RuntimeException | GeneralSecurityException torn) {
        return create(file);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("no Ed25519 key can be made: " + e.getMessage(), e);
    }
  }

  private static KeyPair create(Path file) throws IOException, GeneralSecurityException {
    KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "mags-local", null, text);
    replace(file, text.toString(StandardCharsets.US_ASCII));
    return pair;
  }

  /** The port in {@code file}, if there is one. */
  static OptionalInt port(Path file) {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(file)));
    } catch (IOException | NumberFormatException none) {
      return OptionalInt.empty();
    }
  }

  /** Puts a file in place of one that is there. */
  static void replace(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    try (var channel =
            Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        var out = Channels.newOutputStream(channel)) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
