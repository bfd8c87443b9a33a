package run.mags.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Every environment variable that this program reads; {@code docs/environment.md} lists them. */
public enum EnvVar {
  /** The API token. */
  MAGS_API_TOKEN("The API token. Wins over the one that `mags login` saved."),
  /** The API token, older name. */
  MAGS_TOKEN("The API token, older name; read when MAGS_API_TOKEN is not set."),
  /** Base URL of the API. */
  MAGS_API_URL(
      "Base URL of the API: https, or http on this machine (default " + Config.API_URL + ")."),
  /** The proxy. */
  HTTPS_PROXY("Proxy for calls by https: http://[USER:PASSWORD@]HOST[:PORT]; https_proxy, too."),
  /** What is reached without the proxy. */
  NO_PROXY("Hosts reached without a proxy, with commas; * for all; no_proxy, too."),
  /** More certificates to trust. */
  MAGS_CA_FILE("PEM file of certificates that are trusted besides Java's, for a private CA."),
  /** The suffix of public URLs. */
  MAGS_APP_DOMAIN("Domain of public URLs, when the server's own answer is not to be used."),
  /** Directory of the configuration. */
  MAGS_CONFIG_DIR("Directory of config.json and known_hosts (default ~/.mags)."),
  /** Use the local backend. */
  MAGS_LOCAL("1 or true: use the embedded local backend, as --local does."),
  /** State directory of the local backend. */
  MAGS_LOCAL_STATE("State directory of the local backend (default $XDG_STATE_HOME/mags/local)."),
  /** Remember the ways to sandboxes. */
  MAGS_CACHE(
      "off: do not remember how a sandbox is reached, nor names for completion, and make and use no"
          + " archive of classes."),
  /** Let a background process keep connections. */
  MAGS_KEEPER("off: no background process keeps connections for the calls that follow."),
  /** The directory for what lives as long as a login, by the XDG convention. */
  XDG_RUNTIME_DIR(
      "Parent of the directory of what is remembered (default: below MAGS_CONFIG_DIR)."),
  /** The directory that holds state, by the XDG convention. */
  XDG_STATE_HOME("Parent of the local backend's state directory (default ~/.local/state)."),
  /** The directory for what is temporary. */
  TMPDIR(
      "Parent of the temporary state of `local run` and `local start --ephemeral` (default /tmp)."),
  /** The directory of what can be made again, by the XDG convention. */
  XDG_CACHE_HOME("Read by the launcher: parent of mags/classes, see below (default ~/.cache)."),
  /** Set by services that build and test. */
  CI("Read by the launcher: when not empty it makes no archive of classes."),
  /** Whether GitHub Actions runs us. */
  GITHUB_ACTIONS("true: a failure is shown as an annotation of the workflow run, too."),
  /** No colour. */
  NO_COLOR("When set and not empty: no colour, unless --color always."),
  /** Colour even in a pipe. */
  CLICOLOR_FORCE("When set and not 0: colour even where the output is no terminal."),
  /** The terminal's type. */
  TERM("dumb: no colour."),
  /** The terminal's width. */
  COLUMNS("Width of the terminal, in columns."),
  /** The browser to open. */
  BROWSER("Commands that open a web page, with `:` in between; `%s` in one is the page."),
  /** The editor that {@code code} opens. */
  MAGS_EDITOR("The editor that `mags code` starts: `code`, `cursor` or another one like them."),
  /** The Java that the launcher starts. */
  MAGS_JAVA("Read by the launcher: the java program to start."),
  /** The JDK or JRE that the launcher starts. */
  JAVA_HOME(
      "Read by the launcher: the JDK or JRE to start, without MAGS_JAVA and a Java of its own."),
  /** More options for Java. */
  MAGS_JAVA_OPTS("Read by the launcher: more options for Java; slower with any for the heap.");

  private final String meaning;

  EnvVar(String meaning) {
    this.meaning = meaning;
  }

  /** What it does, in a sentence or two. */
  public String meaning() {
    return meaning;
  }

  /** Its value in {@code env}; an empty value counts as not set. */
  public Optional<String> in(Map<String, String> env) {
    String value = env.get(name());
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** The same, where the name in small letters counts, too, and first, as with proxies. */
  Optional<String> inEitherCase(Map<String, String> env) {
    String small = env.get(name().toLowerCase(Locale.ROOT));
    return small == null || small.isEmpty() ? in(env) : Optional.of(small);
  }

  /** Whether it is set to {@code 1} or {@code true}. */
  public boolean isOn(Map<String, String> env) {
    String value = in(env).orElse("");
    return value.equals("1") || value.equalsIgnoreCase("true");
  }
}
