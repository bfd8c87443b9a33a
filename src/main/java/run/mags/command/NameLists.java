package run.mags.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import run.mags.api.MagsApiClient;
import run.mags.api.model.CronJob;
import run.mags.api.model.Job;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.completion.Candidate;

/** The names that the API knows, as completion shows them. */
final class NameLists {
  /** More names than these help nobody at a prompt. */
  private static final int MOST = 500;

  private NameLists() {}

  /** A name that is used more than once stands for the newest job of it. */
  static List<Candidate> jobs(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Job job : api.allJobs()) {
      String status = text(job.status());
      if (job.name() != null && !job.name().isBlank() && seen.add(job.name())) {
        names.add(new Candidate(job.name(), status));
      }
      if (job.requestId() != null) {
        names.add(new Candidate(job.requestId(), status + " " + text(job.name())));
      }
      if (names.size() >= MOST) {
        break;
      }
    }
    return names;
  }

  /** The stored workspaces. */
  static List<Candidate> workspaces(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (Workspace workspace : api.workspaces()) {
      if (workspace.workspaceId() != null) {
        names.add(new Candidate(workspace.workspaceId(), "workspace"));
      }
    }
    return names;
  }

  /** The cron jobs, by name and by id. */
  static List<Candidate> cron(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (CronJob job : api.cronJobs()) {
      if (job.name() != null && !job.name().isBlank()) {
        names.add(new Candidate(job.name(), text(job.cronExpression())));
      }
      if (job.id() != null) {
        names.add(new Candidate(job.id(), text(job.name())));
      }
    }
    return names;
  }

  /** The subdomains. */
  static List<Candidate> aliases(MagsApiClient api) {
    List<Candidate> names = new ArrayList<>();
    for (UrlAlias alias : api.urlAliases()) {
      if (alias.subdomain() != null) {
        names.add(new Candidate(alias.subdomain(), text(alias.workspaceId())));
      }
    }
    return names;
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
