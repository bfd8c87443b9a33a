package run.mags.api;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.error.ErrorKind;

/**
 * Walks through all pages of jobs, fetching each when it is reached. A job that slides to a later
 * page because a new one was submitted meanwhile is given once; a server that answers the same page
 * for ever, or jobs without an id, which are passed over, ends the walk.
 */
final class JobPages implements Iterator<Job> {
  /** Far above what anyone has: 100 000 jobs. */
  static final int MOST_PAGES = 2000;

  private final int mostPages;
  private final MagsApiClient api;
  private final Set<String> seen = new HashSet<>();
  private Iterator<Job> current = List.<Job>of().iterator();
  private Job next;
  private int page;
  private int given;
  private boolean lastPage;

  /** A walk that fails after {@code mostPages} pages without an end. */
  JobPages(MagsApiClient api, int mostPages) {
    this.api = api;
    this.mostPages = mostPages;
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
    given += answer.jobs().size();
    boolean nothingNew = true;
    for (Job job : answer.jobs()) {
      nothingNew &= job.requestId() == null || seen.contains(job.requestId());
    }
    boolean all = answer.total() != null && given >= answer.total();
    lastPage = nothingNew || all;
    if (page == mostPages && !lastPage) {
      throw new ApiException(
          ErrorKind.BAD_ANSWER,
          "cannot list jobs: the list does not end after " + mostPages + " pages",
          "check MAGS_API_URL, or name a job by its id",
          null,
          null,
          false,
          null);
    }
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
