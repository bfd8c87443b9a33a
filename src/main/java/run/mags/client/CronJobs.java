package run.mags.client;

import java.util.List;
import run.mags.api.MagsApiClient;
import run.mags.api.model.CronJob;
import run.mags.api.model.CronRequest;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.schedule.Schedule;

/** Jobs on a schedule, found by their ids or names. */
public final class CronJobs {
  private final MagsApiClient api;

  CronJobs(MagsApiClient api) {
    this.api = api;
  }

  /** All of them. */
  public List<CronJob> list() {
    return api.cronJobs();
  }

  /**
   * Adds one.
   *
   * @throws CliException (USAGE) if its name is blank or its schedule is none, before anything is
   *     sent; (CONFLICT) if there is one of this name
   */
  public CronJob add(CronRequest request) {
    requireName(request.name());
    Schedule.parse(request.cronExpression());
    return api.createCron(request);
  }

  /**
   * Checks the name of a new one.
   *
   * @throws CliException (USAGE) if it is blank
   */
  public static void requireName(String name) {
    if (name.isBlank()) {
      throw new CliException(ErrorKind.USAGE, "a cron job needs a name that is not blank");
    }
  }

  /**
   * The cron job of this id or name; an id goes first.
   *
   * @throws CliException (NOT_FOUND) if there is none, with the nearest names; (CONFLICT) if
   *     several have the name
   */
  public CronJob find(String nameOrId) {
    List<CronJob> all = list();
    for (CronJob job : all) {
      if (nameOrId.equals(job.id())) {
        return job;
      }
    }
    List<CronJob> named = all.stream().filter(job -> nameOrId.equals(job.name())).toList();
    if (named.size() > 1) {
      throw new CliException(
          ErrorKind.CONFLICT,
          named.size() + " cron jobs are named " + nameOrId,
          "give the id of one: "
              + String.join(
                  ", ", named.stream().map(CronJob::id).filter(id -> id != null).toList()));
    }
    if (named.isEmpty()) {
      List<String> names = all.stream().map(CronJob::name).filter(name -> name != null).toList();
      List<String> near = Nearest.to(nameOrId, names);
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "no cron job is named " + nameOrId,
          near.isEmpty()
              ? "see which there are: mags cron list"
              : "did you mean " + String.join(" or ", near) + "? see: mags cron list");
    }
    return named.get(0);
  }

  /**
   * Switches one on or off; answers it as it is then.
   *
   * @throws CliException as {@link #find}; (BAD_ANSWER) if the API gives no id for it
   */
  public CronJob enable(String nameOrId, boolean enabled) {
    return api.enableCron(id(find(nameOrId), enabled ? "enable" : "disable"), enabled);
  }

  /**
   * Removes one; answers it as it was.
   *
   * @throws CliException as {@link #find}; (BAD_ANSWER) if the API gives no id for it
   */
  public CronJob remove(String nameOrId) {
    CronJob job = find(nameOrId);
    api.deleteCron(id(job, "remove"));
    return job;
  }

  private static String id(CronJob job, String wanted) {
    if (job.id() == null || job.id().isBlank()) {
      throw new CliException(
          ErrorKind.BAD_ANSWER,
          "cannot "
              + wanted
              + " the cron job "
              + job.name()
              + ": the API's list gives no id for it",
          "update mags, or report this");
    }
    return job.id();
  }
}
