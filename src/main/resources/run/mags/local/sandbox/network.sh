# The process that holds a private network, inside of it.
#   stdin    the lifeline: at its end this process ends, and the network with it
#   $1       "down" where the loopback interface is down still
#   stdout   complaints, then one line "ready STAT", the host's /proc/PID/stat of this process
read -r stat </proc/self/stat
# Without a program for it, a sysfs of this network's own brings the interface up, where 9 is IFF_UP and IFF_LOOPBACK (if.h); in a mount namespace that nobody else sees.
if [ "$1" = down ]; then
  ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null ||
    { mount -t sysfs sysfs /sys && echo 0x9 >/sys/class/net/lo/flags; } 2>/dev/null || {
    echo 'the loopback interface cannot be brought up'
    exit 1
  }
fi
echo "ready $stat"
exec cat >/dev/null 2>&1
