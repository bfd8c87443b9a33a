package run.mags.api;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;

/**
 * Walks through all pages of jobs, fetching each when it is reached. A job that slides to a later
 * page because a new one was submitted meanwhile is given once; a server that answers the same page
 * for ever ends the walk.
 */
final class JobPages implements Iterator<Job> {
  private final MagsApiClient api;
  private final Set<String> seen = new HashSet<>();
  private Iterator<Job> current = List.<Job>of().iterator();
  private Job next;
  private int page;
  private boolean lastPage;

  JobPages(MagsApiClient api) {
    this.api = api;
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (current.hasNext()) {
        Job job = current.next();
        if (job.requestId() != null && seen.add(job.requestId())) {
          next = job;
        }
      } else if (lastPage) {
        return false;
      } else {
        fetch();
      }
    }
    return true;
  }

  private void fetch() {
    page++;
    JobPage answer = api.jobs(page);
    current = answer.jobs().iterator();
    boolean nothingNew = answer.jobs().stream().allMatch(job -> seen.contains(job.requestId()));
    boolean all = answer.total() != null && seen.size() + answer.jobs().size() >= answer.total();
    lastPage = nothingNew || all;
  }

  @Override
  public Job next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Job job = next;
    next = null;
    return job;
  }
}
