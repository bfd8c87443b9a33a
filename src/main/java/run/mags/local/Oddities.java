package run.mags.local;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What the service was seen to do and a tidy backend does not, for tests of clients that must put
 * up with it. A backend has none of it unless it is told to.
 *
 * @param slowStart how much longer a sandbox takes to start; the job is {@code pending} meanwhile
 * @param lateVmId how long after its sandbox is there a job tells no {@code vm_id}
 * @param refusedAccess for how long after its sandbox is there access to a job is refused
 * @param plainLogEntries whether every second entry of a log is a plain string
 * @param phantoms names and ids of jobs that are {@code running} without a {@code vm_id} for ever
 *     and refuse access; {@code *} stands for every job
 * @param pageLimit the most jobs that a page has, whatever was asked for; 0 for no such limit
 * @param answers answers given in place of right ones
 */
public record Oddities(
    Duration slowStart,
    Duration lateVmId,
    Duration refusedAccess,
    boolean plainLogEntries,
    Set<String> phantoms,
    int pageLimit,
    List<OddAnswer> answers) {

  /** None of it. */
  public static final Oddities NONE =
      new Oddities(Duration.ZERO, Duration.ZERO, Duration.ZERO, false, Set.of(), 0, List.of());

  private static final String ALL = "*";

  /** Copies the collections; checks that nothing is null and no number negative. */
  public Oddities {
    refuseNegative(slowStart, "slowStart");
    refuseNegative(lateVmId, "lateVmId");
    refuseNegative(refusedAccess, "refusedAccess");
    if (pageLimit < 0) {
      throw new IllegalArgumentException("pageLimit must not be negative");
    }
    phantoms = Set.copyOf(phantoms);
    answers = List.copyOf(answers);
  }

  private static void refuseNegative(Duration time, String name) {
    if (Objects.requireNonNull(time, name).isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative");
    }
  }

  /** The same with sandboxes that take longer to start. */
  public Oddities withSlowStart(Duration other) {
    return new Oddities(
        other, lateVmId, refusedAccess, plainLogEntries, phantoms, pageLimit, answers);
  }

  /** The same with a {@code vm_id} that comes late. */
  public Oddities withLateVmId(Duration other) {
    return new Oddities(
        slowStart, other, refusedAccess, plainLogEntries, phantoms, pageLimit, answers);
  }

  /** The same with access that is refused at first. */
  public Oddities withRefusedAccess(Duration other) {
    return new Oddities(slowStart, lateVmId, other, plainLogEntries, phantoms, pageLimit, answers);
  }

  /** The same with logs in which every second entry is a plain string. */
  public Oddities withPlainLogEntries() {
    return new Oddities(slowStart, lateVmId, refusedAccess, true, phantoms, pageLimit, answers);
  }

  /** The same with these phantoms. */
  public Oddities withPhantoms(String... namesOrIds) {
    return new Oddities(
        slowStart,
        lateVmId,
        refusedAccess,
        plainLogEntries,
        Set.of(namesOrIds),
        pageLimit,
        answers);
  }

  /** The same with pages of at most so many jobs. */
  public Oddities withPageLimit(int jobs) {
    return new Oddities(
        slowStart, lateVmId, refusedAccess, plainLogEntries, phantoms, jobs, answers);
  }

  /** The same with these answers in place of right ones, each used up in this order. */
  public Oddities withAnswers(OddAnswer... others) {
    return new Oddities(
        slowStart, lateVmId, refusedAccess, plainLogEntries, phantoms, pageLimit, List.of(others));
  }

  /** Whether a job of this name (null for none) and id is a phantom. */
  boolean isPhantom(String name, String id) {
    return phantoms.contains(ALL)
        || phantoms.contains(id)
        || (name != null && phantoms.contains(name));
  }
}
