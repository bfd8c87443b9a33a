# The first process of a sandbox, in fresh mount, process, hostname and IPC namespaces, and in a
# user namespace where not root starts it.
#   stdin    the lifeline: at its end this process ends, and the kernel ends the sandbox with it
#   stdout   complaints, then one line "ready STAT", the host's /proc/PID/stat of this process
#   $1       the hostname
# It runs in a directory with fstab, links to the layers that it names, read-only (mounts to be
# remounted so), run/ (copied to /run), outer, a link to what becomes the outer root, and where a
# workspace is kept, holder, a link to the file there that says which process has it.
set -eu
umask 022
# The host's /proc is still there.
read -r stat </proc/self/stat
[ ! -L holder ] || echo "$stat" >holder
# The file needs the host's root, the program may be missing.
{ printf '%s\n' "$1" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$1" 2>/dev/null || :

# A file system of limited size takes what is written, where nothing is kept.
if [ -L disk ]; then
  mount -o loop,nosuid,nodev disk limited
  mkdir limited/upper limited/work
  chmod 755 limited/upper
  cp -a first/. limited/upper/
fi
mount -a -T fstab
while read -r need options point; do
  mount -o "$options" "$point" || [ "$need" = may ]
done <read-only
cp run/* merged/run/

cd -P outer
pivot_root . .
umount -l .
cd /

exec 3<&0 </dev/null
echo "ready $stat"
exec >/dev/null 2>&1
set +e
# "wait" reaps every orphan that is adopted meanwhile. When a guest kills cat, another takes over.
while :; do
  cat <&3 &
  wait $!
  [ $? -gt 128 ] || exit 0
done
