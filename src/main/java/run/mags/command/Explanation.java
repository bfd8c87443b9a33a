package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import run.mags.api.model.Json;
import run.mags.error.ErrorKind;

/**
 * What a kind of error or an exit code means; {@code docs/json.md} and {@code docs/exit-codes.md}
 * say the same, word for word.
 *
 * @param kind the kind, or null for an exit code
 * @param codes the exit codes: that of the kind, or those that mean this
 * @param meaning what happened
 * @param cure what to do
 * @param repeat whether the same command can be repeated without harm
 */
record Explanation(
    ErrorKind kind, List<Integer> codes, String meaning, String cure, String repeat) {
  private static final String HARMLESS = "yes: nothing has been done";
  private static final String LOOK_FIRST = "look first whether it was done after all: mags list";

  static Explanation of(ErrorKind kind) {
    return switch (kind) {
      case USAGE ->
          kind(
              kind,
              "the command line is wrong",
              "see mags COMMAND --help, or mags help",
              "no use: it stays wrong; nothing has been sent");
      case NOT_LOGGED_IN ->
          kind(
              kind,
              "no token, or the API refused it",
              "run mags login, or set MAGS_API_TOKEN; without an account: mags --local COMMAND",
              HARMLESS);
      case NOT_FOUND ->
          kind(
              kind,
              "no such job, workspace, cron job or alias",
              "see mags list --all, mags workspace list, mags cron list, mags url alias list",
              HARMLESS);
      case CONFLICT ->
          kind(
              kind,
              "the name is taken, or the job is not in a state for this",
              "take another name, new --if-exists reuse, or stop --if-running",
              HARMLESS);
      case REFUSED ->
          kind(
              kind,
              "the API understood and said no",
              "the message is the API's own reason",
              "no use before the reason is gone");
      case RATE_LIMITED ->
          kind(
              kind,
              "the API asks to slow down",
              "wait as long as the hint says; ask less often",
              HARMLESS);
      case UNAVAILABLE ->
          kind(
              kind,
              "the API cannot be reached, or is broken at its end",
              "mags doctor tells where it ends; else wait a moment",
              "what only asks: yes. What changes something: " + LOOK_FIRST);
      case BAD_ANSWER ->
          kind(
              kind,
              "the API answered something that is not its protocol",
              "check MAGS_API_URL, and whether a proxy answers in its place: mags doctor",
              "what only asks: yes. What changes something: " + LOOK_FIRST);
      case JOB_FAILED ->
          kind(
              kind,
              "a job ended in a state from which what was asked cannot follow",
              "see mags status NAME and mags logs NAME",
              "it would begin anew: the script may have done part of its work");
      case CONNECTION ->
          kind(
              kind,
              "no SSH connection, or it was lost before the remote reported a status",
              "see mags status NAME, mags doctor, and mags exec --debug",
              "if it was lost on the way, the command may have run: look in the sandbox first");
      case HOST_KEY ->
          kind(
              kind,
              "the host key of a machine is not the one it had before",
              "find out why; the message names the line of known_hosts to remove",
              "no use: nothing is sent to a machine that may be another");
      case FILE ->
          kind(
              kind,
              "a local file, stdin or stdout could not be read or written",
              "check the path, its permissions, and the room on the disk",
              "yes, once the file is right; the message says if something was sent");
      case CONFIG ->
          kind(
              kind,
              "the configuration is broken or cannot be written",
              "mend the file that the message names, or remove it and run mags login",
              HARMLESS);
      case LOCAL_BACKEND ->
          kind(
              kind,
              "the local backend failed, or cannot run here",
              "see mags local doctor, and backend.log in its state directory",
              "yes, once it runs");
      case TIMEOUT ->
          kind(
              kind,
              "a limit ran out",
              "give a longer --timeout; the message says what was stopped and what goes on",
              "what was waited for may have happened since: look first");
      case INTERRUPTED ->
          kind(
              kind,
              "Ctrl-C, TERM or HUP; the hint says what may go on, or whose answer has not come",
              "do what the hint says",
              "not before you know what the hint tells you to look for");
      case INTERNAL ->
          kind(
              kind,
              "a defect of mags",
              "run it with --debug and report what it prints",
              "unknown: look what was done");
    };
  }

  private static Explanation kind(ErrorKind kind, String meaning, String cure, String repeat) {
    return new Explanation(kind, List.of(kind.exitCode()), meaning, cure, repeat);
  }

  private static Explanation code(String meaning, String cure, String repeat, Integer... codes) {
    return new Explanation(null, List.of(codes), meaning, cure, repeat);
  }

  /** Those of all kinds, in their order. */
  static List<Explanation> kinds() {
    List<Explanation> all = new ArrayList<>();
    for (ErrorKind kind : ErrorKind.values()) {
      all.add(of(kind));
    }
    return all;
  }

  /** Those of the exit codes that are not a remote command's. */
  static List<Explanation> exitCodes() {
    String kinds = "--json tells the kind of failure on stderr: mags explain KIND";
    return List.of(
        code("done", "nothing", "it would be done once more", 0),
        code(
            "refused or failed: the API said no, nothing of that name, a conflict, a file that"
                + " cannot be read …",
            kinds,
            "that depends on the kind",
            1),
        code(
            "wrong usage",
            "see mags COMMAND --help",
            "no use: it stays wrong; nothing has been sent",
            2),
        code(
            "not logged in, or the token was refused",
            of(ErrorKind.NOT_LOGGED_IN).cure(),
            HARMLESS,
            4),
        code(
            "a `--timeout` ran out",
            of(ErrorKind.TIMEOUT).cure(),
            of(ErrorKind.TIMEOUT).repeat(),
            124),
        code(
            "in `run`, `exec`, `ssh` and `wait`: anything that is not the remote's own status",
            kinds,
            "that depends on the kind",
            125),
        code(
            "ended by Ctrl-C (INT), TERM, HUP",
            of(ErrorKind.INTERRUPTED).cure(),
            of(ErrorKind.INTERRUPTED).repeat(),
            130,
            143,
            129),
        code(
            "the reader of stdout has gone, as in `mags list | head -1`",
            "nothing, where that was meant",
            "what was asked for had been done",
            141));
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    if (kind != null) {
      json.put("kind", kind.word());
      json.put("exit_code", codes.get(0));
    } else {
      codes.forEach(json.putArray("exit_codes")::add);
    }
    return json.put("meaning", meaning).put("cure", cure).put("repeat", repeat);
  }
}
