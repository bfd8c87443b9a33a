package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.api.model.Json;

/** The {@link Oddities} of a backend at work: they can change at any time. */
final class OddBehaviour {
  private static final String VM_ID = "vm_id";

  /** The answers that are left, in order; each is there as often as it is to be given. */
  private final List<OddAnswer> answers = new ArrayList<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private Oddities oddities = Oddities.NONE;

  OddBehaviour(Oddities oddities) {
    become(oddities);
  }

  /** Takes others over in place of all that were. */
  synchronized void become(Oddities others) {
    oddities = others;
    answers.clear();
    for (OddAnswer answer : others.answers()) {
      for (int i = 0; i < answer.times(); i++) {
        answers.add(answer);
      }
    }
  }

  /** How it is to behave; answers that were given already are in it still. */
  synchronized Oddities current() {
    return oddities;
  }

  /** How many answers have not been given yet. */
  synchronized int answersLeft() {
    return answers.size();
  }

  /** Takes the next answer for such a request off the list, and waits its delay; null for none. */
  OddAnswer next(String method, String path) {
    OddAnswer next;
    synchronized (this) {
      next = answers.stream().filter(answer -> answer.fits(method, path)).findFirst().orElse(null);
      answers.remove(next);
    }
    if (next != null) {
      pause(next.delay());
    }
    return next;
  }

  /** Lets time pass, but not beyond the end of the backend. */
  void pause(Duration time) {
    try {
      if (!time.isZero()) {
        boolean unused = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A job as it is shown. */
  ObjectNode shown(LocalJob job) {
    return shown(job.view(), job.upSince());
  }

  private ObjectNode shown(Job view, Instant upSince) {
    ObjectNode json = view.toJson();
    Oddities now = current();
    if (now.isPhantom(view.name(), view.requestId()) || isWithin(now.lateVmId(), upSince)) {
      json.remove(VM_ID);
    }
    return json;
  }

  /** One page of jobs as it is shown. */
  ObjectNode page(Jobs jobs, int page, int pageSize) {
    int limit = current().pageLimit();
    JobPage real = jobs.page(page, limit == 0 ? pageSize : Math.min(limit, pageSize));
    ObjectNode json = real.toJson();
    if (current().equals(Oddities.NONE)) {
      return json;
    }
    ArrayNode shown = Json.array();
    for (Job view : real.jobs()) {
      shown.add(shown(view, jobs.find(view.requestId()).upSince()));
    }
    json.set("jobs", shown);
    return json;
  }

  /** What a job says to somebody who asks for access too early; null when it may be had. */
  Access refusal(LocalJob job, int port) {
    Oddities now = current();
    Job view = job.view();
    boolean refuses =
        now.isPhantom(view.name(), view.requestId())
            || isWithin(now.refusedAccess(), job.upSince());
    return refuses
        ? new Access(false, null, null, null, port, null, null, null, JobStart.NO_VM)
        : null;
  }

  private static boolean isWithin(Duration time, Instant since) {
    return since != null && Instant.now().isBefore(since.plus(time));
  }

  /** Answers with a log. */
  void answer(ApiCall call, LogFile.Snapshot log) throws IOException {
    if (!current().plainLogEntries()) {
      call.answer(200, log.answerLength(), log::answer);
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    log.answer(bytes);
    ArrayNode mixed = Json.array();
    for (JsonNode entry : Json.read(bytes.toString(StandardCharsets.UTF_8)).path("logs")) {
      boolean plain = mixed.size() % 2 == 1;
      mixed.add(plain ? entry.get("message") : entry);
    }
    ObjectNode body = Json.object();
    body.set("logs", mixed);
    call.answer(200, body);
  }

  /** Ends all pauses. */
  void close() {
    closed.countDown();
  }
}
