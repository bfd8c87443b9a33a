package run.mags.command.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import run.mags.api.model.Json;
import run.mags.command.CliContext;
import run.mags.local.RunningBackend;
import run.mags.terminal.Printable;

/** A running backend for people and for programs; its token is in neither. */
final class BackendView {
  private BackendView() {}

  /** Shows a backend as a result, its warning as a note. */
  static void show(CliContext cli, RunningBackend backend) {
    warn(cli, backend);
    cli.output().show(() -> Json.write(json(backend)), () -> text(backend));
  }

  /** Passes on what a user should know about a backend's isolation. */
  static void warn(CliContext cli, RunningBackend backend) {
    if (backend.warning() != null && !cli.output().isQuiet()) {
      cli.output().warn(backend.warning());
    }
  }

  private static ObjectNode json(RunningBackend backend) {
    ObjectNode json = Json.object();
    json.put("running", true);
    json.put("url", backend.url().toString());
    json.put("pid", backend.pid());
    json.put("version", backend.version());
    json.put("isolation", backend.isolation());
    json.put("network", backend.network());
    if (backend.warning() != null) {
      json.put("warning", backend.warning());
    }
    json.put("state", backend.state().toString());
    return json;
  }

  private static String text(RunningBackend backend) {
    return "url:       "
        + backend.url()
        + "\nprocess:   "
        + backend.pid()
        + "\nversion:   "
        + Printable.line(backend.version())
        + "\nisolation: "
        + Printable.line(backend.isolation())
        + "\nnetwork:   "
        + Printable.line(backend.network())
        + "\nstate:     "
        + Printable.line(backend.state().toString());
  }
}
