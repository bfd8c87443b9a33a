package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer to {@code POST /mags-jobs/:id/access}: a URL for a port of the sandbox, or, for port
 * 22, where its SSH server listens and the key for it. Any component may be null.
 *
 * @param success whether access was given; null counts as given when a URL or host is there
 * @param url the public URL of the port
 * @param subdomain the first label of the URL
 * @param proxyUrl another name for the URL in some answers
 * @param port the port that was asked for
 * @param sshHost the host of the SSH server
 * @param sshPort the port of the SSH server
 * @param sshPrivateKey an OpenSSH private key: a secret, never shown
 * @param error why access was refused
 */
public record Access(
    Boolean success,
    String url,
    String subdomain,
    String proxyUrl,
    Integer port,
    String sshHost,
    Integer sshPort,
    String sshPrivateKey,
    String error) {

  /** Reads an answer. */
  public static Access read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new Access(
        fields.flag("success"),
        fields.text("url"),
        fields.text("subdomain"),
        fields.text("proxy_url"),
        fields.integer("port"),
        fields.text("ssh_host"),
        fields.integer("ssh_port"),
        fields.text("ssh_private_key"),
        fields.text("error"));
  }

  /** The answer as JSON, key included: for the wire only. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("success", success);
    json.put("url", url);
    json.put("subdomain", subdomain);
    json.put("proxy_url", proxyUrl);
    json.put("port", port);
    json.put("ssh_host", sshHost);
    json.put("ssh_port", sshPort);
    json.put("ssh_private_key", sshPrivateKey);
    json.put("error", error);
    return json.node();
  }

  /** Everything but the key. */
  @Override
  public String toString() {
    return "Access[success=%s, url=%s, port=%s, sshHost=%s, sshPort=%s, error=%s]"
        .formatted(success, url, port, sshHost, sshPort, error);
  }
}
