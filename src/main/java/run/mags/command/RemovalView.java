package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.Removal;
import run.mags.terminal.Printable;

/** What is removed, or would be, as text and as JSON. */
record RemovalView(Removal removal) {
  private static String label(Job job) {
    return Printable.line(job.name() == null ? job.requestId() : job.name());
  }

  /** In a sentence that begins with "this". */
  String sentence() {
    List<String> parts = new ArrayList<>();
    if (!removal.jobs().isEmpty()) {
      List<String> names = new ArrayList<>();
      removal.jobs().forEach(job -> names.add(label(job)));
      parts.add("stops " + String.join(", ", names));
    }
    if (!removal.workspaces().isEmpty()) {
      List<String> names = new ArrayList<>();
      removal.workspaces().forEach(name -> names.add(Printable.line(name)));
      String kind = names.size() == 1 ? "the workspace " : "the workspaces ";
      parts.add("deletes " + kind + String.join(", ", names) + " with all that is stored there");
    }
    return String.join(" and ", parts);
  }

  /** A line for each. */
  String text() {
    StringBuilder text = new StringBuilder();
    removal.jobs().forEach(job -> text.append("job ").append(label(job)).append('\n'));
    removal
        .workspaces()
        .forEach(name -> text.append("workspace ").append(Printable.line(name)).append('\n'));
    return text.toString();
  }

  /** The same; {@code done} says whether it was done. */
  String json(boolean done) {
    ObjectNode json = Json.object().put("removed", done);
    var jobs = json.putArray("jobs");
    removal.jobs().forEach(job -> jobs.add(job.toJson()));
    var workspaces = json.putArray("workspaces");
    removal.workspaces().forEach(workspaces::add);
    return Json.write(json);
  }
}
