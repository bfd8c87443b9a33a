package run.mags.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.error.ShellWord;

/**
 * What a sandbox that is made anew is to be like: as the old one where the API tells that, and as
 * its user has said in {@code extras}, which go before it.
 */
final class Anew {
  private final JobRequest extras;

  Anew(JobSpec extras) {
    this.extras = extras.request(List.of());
  }

  /** The request for a sandbox of this size in place of {@code old}, which may be null. */
  JobRequest request(Job old, String workspace, int diskGb) {
    String name = old == null || old.name() == null ? workspace : old.name();
    String stays = old == null ? workspace : Objects.requireNonNull(old.workspaceId());
    JobSpec spec = JobSpec.sandbox(name).workspace(stays).diskGb(diskGb).env(extras.environment());
    String startup =
        extras.startupCommand() != null || old == null
            ? extras.startupCommand()
            : old.startupCommand();
    if (startup != null) {
      spec.startupCommand(orNull(startup));
    }
    if (Boolean.TRUE.equals(extras.noSleep())
        || (old != null && Boolean.TRUE.equals(old.noSleep()))) {
      spec.noSleep();
    }
    String base = extras.baseWorkspaceId();
    spec.base(base != null || old == null ? base : orNull(old.baseWorkspaceId()));
    return spec.request(List.of());
  }

  private static String orNull(String text) {
    return text == null || text.isBlank() ? null : text;
  }

  /**
   * What will be the default because neither the API nor its user tells it: a sentence, or null.
   * The keys are no documented ones (spec: rest-api, "Jobs"); an API that tells one of them tells
   * those that are set.
   */
  String unknown(Job old) {
    boolean told =
        old.startupCommand() != null || old.noSleep() != null || old.baseWorkspaceId() != null;
    if (told) {
      return null;
    }
    List<String> what = new ArrayList<>();
    List<String> options = new ArrayList<>();
    if (extras.baseWorkspaceId() == null) {
      what.add("base workspace");
      options.add("--base");
    }
    if (extras.startupCommand() == null) {
      what.add("startup command");
      options.add("--startup-command");
    }
    if (extras.noSleep() == null) {
      what.add("sleep setting");
      options.add("--no-sleep");
    }
    return what.isEmpty()
        ? null
        : "the API does not tell what it has as "
            + String.join(", ", what)
            + ": the new one gets the default, or what you give: "
            + String.join(", ", options);
  }

  /** The options that were given, without values; empty for none. */
  List<String> given() {
    List<String> options = new ArrayList<>();
    if (extras.baseWorkspaceId() != null) {
      options.add("--base");
    }
    if (extras.startupCommand() != null) {
      options.add("--startup-command");
    }
    if (extras.noSleep() != null) {
      options.add("--no-sleep");
    }
    if (!extras.environment().isEmpty()) {
      options.add("--env");
    }
    return options;
  }

  /**
   * The options as they are typed, each after a space. Values of variables may be secrets: what
   * stands for them is no variable's name, so that the command is refused as long as it is there.
   */
  String options() {
    StringBuilder options = new StringBuilder();
    if (extras.baseWorkspaceId() != null) {
      options.append(" --base ").append(ShellWord.of(extras.baseWorkspaceId()));
    }
    if (extras.startupCommand() != null) {
      options.append(" --startup-command ").append(ShellWord.of(extras.startupCommand()));
    }
    if (extras.noSleep() != null) {
      options.append(" --no-sleep");
    }
    for (String variable : extras.environment().keySet()) {
      options.append(" --env ").append(ShellWord.of("<" + variable + "=VALUE>"));
    }
    return options.toString();
  }
}
