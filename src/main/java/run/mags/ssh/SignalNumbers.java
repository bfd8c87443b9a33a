package run.mags.ssh;

import java.util.List;
import java.util.Locale;
import run.mags.error.ExitCode;

/** Linux's numbers of the signals that an SSH server names (RFC 4254, section 6.10, and more). */
final class SignalNumbers {
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private SignalNumbers() {}

  /**
   * 128 plus the number of the signal, as a shell reports it; 128 alone for a signal that is not
   * known, such as the {@code SIG@openssh.com} that OpenSSH sends for those it has no name for.
   */
  static int exitCode(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return ExitCode.SIGNAL_BASE
        + NAMES.indexOf(upper.startsWith("SIG") ? upper.substring(3) : upper)
        + 1;
  }
}
