package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.sandbox.SandboxFixture.inner;
import static run.mags.local.sandbox.SandboxFixture.outer;
import static run.mags.local.sandbox.SandboxFixture.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.local.sandbox.SandboxFixture.Ran;

/** What keeps a namespace sandbox apart from the host. */
class NamespaceSandboxIT {
  @TempDir Path directory;
  private SandboxFixture fixture;

  @BeforeEach
  void open() {
    fixture = new SandboxFixture(directory.resolve("fixture"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void hasTwoRootsAsInTheCloud(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    assertThat(inner(sandbox, "pwd; echo from inside > note; [ -e /overlay ]; echo $?").out())
        .isEqualTo("/root\n1\n");
    assertThat(outer(sandbox, "pwd; cat note /root/note /overlay/root/note").out())
        .isEqualTo("/overlay/root\nfrom inside\nfrom inside\nfrom inside\n");
    assertThat(outer(sandbox, "chroot /overlay /bin/sh -l -c 'cd /root; pwd; cat note'").out())
        .isEqualTo("/root\nfrom inside\n");
    assertThat(outer(sandbox, "touch /new").exit()).isNotZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void isAMachineOfItsOwn(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    assertThat(inner(sandbox, "id -u; uname -n; cat /etc/hostname").out())
        .isEqualTo("0\nguest\nguest\n");
    assertThat(inner(sandbox, "getent hosts guest").out()).contains("127.0.1.1");
    assertThat(inner(sandbox, "echo /proc/[0-9]*").out().split(" ", -1)).hasSizeLessThan(6);
    assertThat(inner(sandbox, "ls /dev").out().split("\n", -1)).contains("null", "shm", "pts");
    assertThat(inner(sandbox, "head -c 3 /dev/zero | wc -c; echo x > /dev/null").out())
        .isEqualTo("3\n");
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void givesTerminals(Isolation level) {
    Ran ran = inner(fixture.start(level), "script -qefc 'tty; exit 4' /dev/null");

    assertThat(ran.out()).isEqualToIgnoringNewLines("/dev/pts/0");
    assertThat(ran.exit()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void resolvesNamesAsTheHostDoes(Isolation level) throws Exception {
    Path resolver = Path.of("/etc/resolv.conf");
    String expected = Files.exists(resolver) ? Files.readString(resolver) : "";

    assertThat(inner(fixture.start(level), "cat /etc/resolv.conf").out()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void sharesNoFilesWithTheHost(Isolation level) throws Exception {
    Path hosts = Files.writeString(directory.resolve("host's"), "host");
    Sandbox sandbox = fixture.start(level);
    String name = "/tmp/guest-" + SandboxFixture.uniqueSeconds();

    assertThat(inner(sandbox, "cat '" + hosts + "'").exit()).isNotZero();
    assertThat(inner(sandbox, "echo x > " + name + " && echo x > /etc/guest && ls /home").exit())
        .isZero();
    assertThat(Path.of(name)).doesNotExist();
    assertThat(Path.of("/etc/guest")).doesNotExist();
    assertThat(inner(sandbox, "ls /home").out()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void cannotChangeTheHost(Isolation level) {
    Sandbox sandbox = fixture.start(level);
    String swappiness = "/proc/sys/vm/swappiness";

    assertThat(inner(sandbox, "cat S > /tmp/v && cat /tmp/v > S".replace("S", swappiness)).err())
        .contains("Read-only");
    assertThat(inner(sandbox, "touch /usr/x; touch /usr/bin/x; touch /opt/x").err())
        .contains("/usr/x", "/usr/bin/x", "/opt/x");
    assertThat(Path.of("/usr/x")).doesNotExist();
    assertThat(inner(sandbox, "mknod /tmp/d b 8 0").exit()).isNotZero();
    assertThat(inner(sandbox, "touch /sys/kernel/x /dev/x").exit()).isNotZero();
  }

  /** Each line tries something, and says its name if it worked. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void hasNoWayToTheKernelOrToDevices(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    long own = ProcessHandle.current().pid();
    String script =
        """
        echo h >/proc/sysrq-trigger && echo sysrq
        for f in vm/drop_caches kernel/core_pattern kernel/modprobe kernel/hostname net/ipv4/ip_forward
        do [ -e /proc/sys/$f ] && cat /proc/sys/$f >/tmp/v && cat /tmp/v >/proc/sys/$f && echo $f; done
        echo 1 >/proc/irq/default_smp_affinity && echo irq
        for f in /sys/power/state /sys/kernel/mm/ksm/run /sys/module/printk/parameters/time
        do [ -e $f ] && cat $f >/tmp/v && cat /tmp/v >$f && echo $f; done
        for d in mem kmem port kmsg sda vda nvme0n1 loop0 fuse kvm net/tun; do [ -e /dev/$d ] && echo /dev/$d; done
        for d in "b 8 0" "c 1 1" "c 1 11" "c 10 229"; do mknod /root/node $d && echo node $d; done
        mknod /dev/shm/node c 1 1 && echo node
        touch /dev/new && echo dev
        modprobe -q dummy && echo modprobe
        insmod /lib/modules/none.ko 2>&1 | grep -v -e 'No such' -e 'not found' -e 'Operation not permitted' -e 'could not load'
        kill -0 OWN && echo signal
        ls /proc/OWN && echo process
        chroot /proc/1/root true && echo root
        dmesg -n 1 && echo console
        date -s @$(date +%s) >/dev/null && echo date
        ip link add dummy77 type dummy && echo net
        echo done
        """
            .replace("OWN", "" + own);

    assertThat(inner(sandbox, "(" + script + ") 2>/dev/null").out()).isEqualTo("done\n");
    assertThat(outer(sandbox, "(" + script + ") 2>/dev/null").out()).isEqualTo("done\n");
  }

  /** In a user namespace a guest may do these things, with no effect outside. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void hasNoPowerOverTheHostAsItsRoot(Isolation level) {
    Sandbox sandbox = fixture.start(level);
    assumeTrue(Root.here(), "SKIPPED: not root");

    assertThat(inner(sandbox, "mount -o remount,bind,rw /usr").exit()).isNotZero();
    assertThat(inner(sandbox, "mount -t tmpfs x /mnt").exit()).isNotZero();
    assertThat(inner(sandbox, "unshare -m true").exit()).isNotZero();
    assertThat(inner(sandbox, "ls /proc/1/root/").exit()).isNotZero();
    assertThat(inner(sandbox, "touch /root/f; chown 1:1 /root/f; su nobody -s /bin/sh -c id").out())
        .contains("nobody");
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void bringsNoSecretsOfTheHost(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);

    assertThat(inner(sandbox, "cut -d: -f2 /etc/shadow | sort -u").out()).isEqualTo("*\n");
    assertThat(inner(sandbox, "ls /etc/sudoers /etc/gshadow /etc/ssh/ssh_host_*_key").out())
        .isEmpty();
    assertThat(inner(sandbox, "grep ^root: /etc/passwd; ls -d /etc/passwd"))
        .isEqualTo(new Ran(0, "root:x:0:0:root:/root:/bin/sh\n/etc/passwd\n", ""));
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void survivesAGuestThatKillsEverything(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    assertThat(inner(sandbox, "kill -KILL -1; echo still here").out()).isEqualTo("still here\n");
    assertThat(inner(sandbox, "echo again").out()).isEqualTo("again\n");
    assertThat(sandbox.ended()).isNotDone();
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void isNotLedAstrayByLinks(Isolation level) {
    Sandbox first = fixture.start(level, "links");
    assertThat(inner(first, "cd /; rm -r /root && ln -s / /root").exit()).isZero();
    String look = "[ -e ." + directory + " ] && echo escaped; pwd";

    assertThat(inner(first, look).out()).isEqualTo("/\n");
    assertThat(outer(first, look).out()).isEqualTo("/overlay\n");
    first.close();

    Path files = fixture.workspaces().directory("links").resolve(Workspace.contentsName(level));
    for (String name : List.of("tmp", "run", "proc")) {
      plantLink(files.resolve(name));
    }
    Sandbox second = fixture.start(level, "links");
    assertThat(inner(second, "echo x > /tmp/planted && ls -d /proc/self").exit()).isZero();
    assertThat(directory.resolve("planted")).doesNotExist();
  }

  /** nsenter and its like run on the host, where what a guest preloads has no meaning. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"OVERLAY", "FLAT"})
  void preloadsOnlyInside(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    Ran ran = run(sandbox.inner(Map.of("LD_PRELOAD", "/no/such.so"), List.of("printenv")), "");

    assertThat(ran.out()).contains("LD_PRELOAD=/no/such.so\n").contains("HOME=/root\n");
    assertThat(ran.err().lines()).hasSize(1);
  }

  private void plantLink(Path path) {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        DirectoryTree.delete(path);
      }
      Files.createSymbolicLink(path, directory);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
