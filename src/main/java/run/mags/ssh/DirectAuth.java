package run.mags.ssh;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientUserAuthService;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Authentication with the one key there is, signed in the first request (RFC 4252, section 7).
 * Asking first which methods there are, and then whether the key would do, is two round trips for
 * nothing when there is nothing else to try.
 */
final class DirectAuth extends ClientUserAuthService {
  private static final String METHOD = "publickey";

  DirectAuth(Session session) {
    super(session);
  }

  /** The methods that the server named when it refused the key; empty if it named none. */
  List<String> offered() {
    List<String> named = serverMethods;
    return named == null ? List.of() : List.copyOf(named);
  }

  @Override
  protected IoWriteFuture sendInitialAuthRequest(ClientSession session, String service)
      throws IOException {
    KeyPair key = ((TargetSession) session).identity();
    try {
      return session.writePacket(request(session, service, key));
    } catch (IOException failed) {
      throw failed;
    } catch (Exception unusable) {
      throw new IOException("cannot sign with the key: " + unusable.getMessage(), unusable);
    }
  }

  private static Buffer request(ClientSession session, String service, KeyPair key)
      throws Exception {
    String algorithm = algorithm(key.getPublic());
    Buffer signed = new ByteArrayBuffer(512, false);
    signed.putBytes(session.getSessionId());
    signed.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
    putRequest(signed, session.getUsername(), service, algorithm, key.getPublic());
    Signature signature = BuiltinSignatures.fromFactoryName(algorithm).create();
    signature.initSigner(session, key.getPrivate());
    signature.update(session, signed.getCompactData());
    Buffer proof = new ByteArrayBuffer(128, false);
    proof.putString(algorithm);
    proof.putBytes(signature.sign(session));

    Buffer request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST, 512);
    putRequest(request, session.getUsername(), service, algorithm, key.getPublic());
    request.putBytes(proof.getCompactData());
    return request;
  }

  private static void putRequest(
      Buffer buffer, String user, String service, String algorithm, PublicKey key) {
    buffer.putString(user);
    buffer.putString(service);
    buffer.putString(METHOD);
    buffer.putBoolean(true);
    buffer.putString(algorithm);
    buffer.putPublicKey(key);
  }

  /** RSA keys sign with SHA-512 (RFC 8332), all others with the one algorithm they have. */
  private static String algorithm(PublicKey key) {
    String type = KeyUtils.getKeyType(key);
    return type.equals("ssh-rsa") ? BuiltinSignatures.rsaSHA512.getName() : type;
  }
}
