package run.mags.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that someone may have meant. */
public final class Nearest {
  private static final int MOST = 3;

  private record Candidate(String name, int distance) {}

  private Nearest() {}

  /** Up to three of {@code names} that are near {@code wrong}, nearest first. */
  public static List<String> to(String wrong, Collection<String> names) {
    String lower = wrong.toLowerCase(Locale.ROOT);
    int most = Math.max(1, Math.min(3, lower.length() / 3));
    List<Candidate> near = new ArrayList<>();
    for (String name : names) {
      String other = name.toLowerCase(Locale.ROOT);
      int distance = distance(lower, other);
      boolean begins = lower.length() >= 2 && other.startsWith(lower);
      if (distance <= most || begins) {
        near.add(new Candidate(name, begins ? Math.min(distance, most) : distance));
      }
    }
    near.sort(Comparator.comparingInt(Candidate::distance));
    return near.stream().map(Candidate::name).distinct().limit(MOST).toList();
  }

  /** Edits (insert, remove, replace, swap of neighbours) that turn one text into the other. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
