package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One page of {@code GET /mags-jobs}, newest job first (assumed order).
 *
 * @param jobs the jobs of this page
 * @param total how many jobs there are on all pages, or null (assumed key)
 * @param page this page's number, from 1, or null (assumed key)
 * @param pageSize how many jobs a full page has, or null (assumed key)
 */
public record JobPage(List<Job> jobs, Integer total, Integer page, Integer pageSize) {
  /** Copies the list. */
  public JobPage {
    jobs = List.copyOf(jobs);
  }

  /** Reads a page. */
  public static JobPage read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new JobPage(
        fields.list(Job::read, "jobs"),
        fields.integer("total"),
        fields.integer("page"),
        fields.integer("page_size"));
  }

  /** The page as JSON. */
  public ObjectNode toJson() {
    ArrayNode array = Json.array();
    jobs.forEach(job -> array.add(job.toJson()));
    Writer json = new Writer();
    json.put("jobs", array);
    json.put("total", total);
    json.put("page", page);
    json.put("page_size", pageSize);
    return json.node();
  }
}
