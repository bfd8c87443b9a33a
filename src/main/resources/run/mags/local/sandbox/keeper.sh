# Watches over the processes of a plain sandbox: when the lifeline ends, so do they.
#   stdin    the lifeline
#   stdout   one line "ready STAT", its /proc/PID/stat or, without /proc, its process id
#   $1       the value of MAGS_SANDBOX in the environment of everything that belongs to the sandbox
#   $2       the file that says which process has the workspace; may be empty
trap '' HUP INT TERM
{ read -r stat </proc/self/stat; } 2>/dev/null || stat=$$
[ -z "$2" ] || echo "$stat" >"$2"
echo "ready $stat"
exec >/dev/null 2>&1
# Only the end of its input counts; when somebody kills cat, another takes over.
while :; do
  cat
  [ $? -gt 128 ] || break
done

# What carries the mark, and what such processes started even if it threw the mark away: children,
# and all who share a session with a marked session leader.
family() {
  marked=
  for file in $(grep -ls "MAGS_SANDBOX=$1" /proc/[0-9]*/environ); do
    file=${file#/proc/}
    marked="$marked ${file%/environ}"
  done
  [ -n "$marked" ] || return 1
  family=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v marked="$marked" '
    BEGIN { n = split(marked, list, " "); for (i = 1; i <= n; i++) member[list[i]] = 1 }
    { pid = $1; sub(/^.*\) /, ""); if ($1 != "Z") { parent[pid] = $2; session[pid] = $4 } }
    END {
      do {
        grown = 0
        for (pid in parent)
          if (!(pid in member) && ((parent[pid] in member) || (session[pid] in member))) {
            member[pid] = 1; grown = 1
          }
      } while (grown)
      for (pid in member) print pid
    }')
  [ -n "$family" ] || family=$marked
}

round=0
while [ $round -lt 100 ] && family "$1"; do
  kill -KILL $family
  round=$((round + 1))
done
