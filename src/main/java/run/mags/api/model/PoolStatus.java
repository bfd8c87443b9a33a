package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer to {@code GET /mags-jobs/pool-status}; any component may be null.
 *
 * @param idleVms machines that wait for a job
 * @param busyVms machines that run one
 * @param totalVms all machines
 * @param minPoolSize how many the service keeps ready
 * @param maxPoolSize how many it allows; 0 means no limit
 */
public record PoolStatus(
    Integer idleVms, Integer busyVms, Integer totalVms, Integer minPoolSize, Integer maxPoolSize) {
  /** Reads an answer. */
  public static PoolStatus read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new PoolStatus(
        fields.integer("idle_vms"),
        fields.integer("busy_vms"),
        fields.integer("total_vms"),
        fields.integer("min_pool_size"),
        fields.integer("max_pool_size"));
  }

  /** The answer as JSON. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("idle_vms", idleVms);
    json.put("busy_vms", busyVms);
    json.put("total_vms", totalVms);
    json.put("min_pool_size", minPoolSize);
    json.put("max_pool_size", maxPoolSize);
    return json.node();
  }
}
