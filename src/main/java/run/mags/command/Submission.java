package run.mags.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.error.CliException;

/**
 * A job that is being submitted while its user may interrupt. A request that has left cannot be
 * taken back: what has become of it is told, or, where the job is to be stopped, waited for.
 */
final class Submission {
  /** How long an answer is waited for after an interrupt. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** The service's clock may be behind ours. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  private final CliContext cli;
  private final String name;
  private final boolean stop;
  private final Function<String, String> known;
  private Instant begun;

  /**
   * Nothing is sent yet.
   *
   * @param name the name of the new job, or null
   * @param stop whether an interrupt is to stop it
   * @param known told the id of the job after an interrupt, does what is wanted and says it
   */
  Submission(CliContext cli, String name, boolean stop, Function<String, String> known) {
    this.cli = cli;
    this.name = name;
    this.stop = stop;
    this.known = known;
  }

  /** Does {@code submit}, which answers the job's id. */
  String submit(Supplier<String> submit) {
    // Made here, not by whoever is told of a signal.
    cli.mags();
    begun = cli.host().clock().instant();
    return Interrupts.during(cli, this::patience, this::left, submit);
  }

  private Duration patience() {
    return stop && cli.api().isSubmitting() ? PATIENCE : Duration.ZERO;
  }

  /** What has become of it, for someone who has interrupted; stops it where that is wanted. */
  String left() {
    MagsApiClient api = cli.api();
    Optional<String> id = api.lastSubmitted();
    if (id.isPresent()) {
      return known.apply(id.get());
    }
    if (!api.isSubmitting()) {
      return "nothing was submitted";
    }
    String unknown = api.unanswered().orElse(null);
    Optional<String> found = stop && name != null ? find() : Optional.empty();
    return found.isPresent() ? known.apply(found.get()) : unknown;
  }

  /** The job of that name that was made since; an older one is somebody else's. */
  private Optional<String> find() {
    try {
      for (Job job : cli.renewed().api().jobs(1).jobs()) {
        boolean since = job.createdAt() != null && !job.createdAt().isBefore(begun.minus(SKEW));
        if (since && name.equals(job.name()) && !job.state().isFinal()) {
          return Optional.of(job.requestId());
        }
      }
    } catch (CliException failure) {
      cli.debug().accept("not found out: " + failure.getMessage());
    }
    return Optional.empty();
  }
}
