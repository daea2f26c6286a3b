package io.muontrap.internal.cgroup;

/** What mountinfo and /proc/self/cgroup hold on hosts of many kinds; shortened where lines are alike. */
final class MountTexts {

    /** systemd, version 2 alone. The root was switched to after boot: its line comes behind those mounted on it. */
    static final String V2 = """
            22 28 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            23 28 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw
            28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
            29 22 0:25 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
            30 22 0:26 / /sys/fs/pstore rw,nosuid,nodev,noexec,relatime shared:10 - pstore pstore rw
            """;

    static final String V2_MEMBER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u3.service\n";

    /** systemd's hybrid: controllers in version 1, some of them in pairs, version 2 for systemd itself. */
    static final String HYBRID = """
            24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            30 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
            32 24 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,nr_inodes=1024,mode=755
            33 32 0:28 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
            34 32 0:29 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
            37 32 0:32 / /sys/fs/cgroup/net_cls,net_prio rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,net_cls,net_prio
            38 32 0:33 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,cpu,cpuacct
            39 32 0:34 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,seclabel,memory
            40 32 0:35 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,cpuset,clone_children
            41 32 0:36 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:19 - cgroup cgroup rw,pids
            """;

    static final String HYBRID_MEMBER = """
            12:pids:/user.slice/user-1000.slice/session-2.scope
            8:cpuset:/
            6:memory:/user.slice/user-1000.slice/session-2.scope
            4:cpu,cpuacct:/user.slice
            3:net_cls,net_prio:/
            1:name=systemd:/user.slice/user-1000.slice/session-2.scope
            0::/user.slice/user-1000.slice/session-2.scope
            """;

    /** A small machine without systemd: every controller alone, version 2 beside them at a place of its own. */
    static final String APART = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
            38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;

    static final String APART_MEMBER = """
            9:name=systemd:/
            7:blkio:/
            6:freezer:/
            4:memory:/supervisor/8cae0795
            2:cpuacct:/
            1:cpu:/
            0::/
            """;

    /** Version 1 alone; the kernel shows a 0:: line all the same. */
    static final String V1 = """
            17 21 0:16 / /sys rw,nosuid,nodev,noexec,relatime - sysfs sysfs rw
            21 0 8:1 / / rw,relatime - ext3 /dev/sda1 rw
            25 17 0:20 / /sys/fs/cgroup rw,relatime - tmpfs cgroup_root rw,size=10240k,mode=755
            26 25 0:21 / /sys/fs/cgroup/openrc rw,nosuid,nodev,noexec,relatime - cgroup openrc rw,release_agent=/lib/rc/sh/cgroup-release-agent.sh,name=openrc
            27 25 0:22 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime - cgroup none rw,cpuset
            28 25 0:23 / /sys/fs/cgroup/cpu rw,nosuid,nodev,noexec,relatime - cgroup none rw,cpu
            """;

    static final String V1_MEMBER = "3:cpu:/\n2:cpuset:/\n1:name=openrc:/sshd\n0::/\n";

    /** Docker on a v1 host without a cgroup namespace: /proc/self/cgroup shows the host's paths. */
    static final String DOCKER_V1 = """
            612 498 0:52 / / rw,relatime master:233 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A:/var/lib/docker/overlay2/l/B,upperdir=/u,workdir=/w
            613 612 0:55 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
            616 612 0:57 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
            617 616 0:58 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
            618 617 0:29 /docker/1f0a /sys/fs/cgroup/systemd ro,nosuid,nodev,noexec,relatime master:11 - cgroup cgroup rw,xattr,name=systemd
            621 617 0:33 /docker/1f0a /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,cpu,cpuacct
            622 617 0:34 /docker/1f0a /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,memory
            """;

    static final String DOCKER_V1_MEMBER =
            "6:memory:/docker/1f0a\n4:cpu,cpuacct:/docker/1f0a\n1:name=systemd:/docker/1f0a\n0::/system.slice/containerd.service\n";

    /** The same with --cgroupns=private. */
    static final String DOCKER_V1_PRIVATE = DOCKER_V1.replace("/docker/1f0a /sys", "/ /sys");

    static final String DOCKER_V1_PRIVATE_MEMBER = "6:memory:/\n4:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n";

    /** Docker on a v2 host. */
    static final String DOCKER_V2 = """
            1030 846 0:101 / / rw,relatime master:405 - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w,nouserxattr
            1031 1030 0:104 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
            1034 1030 0:106 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
            1035 1034 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate,memory_recursiveprot
            847 1031 0:104 /bus /proc/bus ro,nosuid,nodev,noexec,relatime - proc proc rw
            """;

    /** Rootless podman on a v2 host with --cgroups=split and no namespace of its own: a part of the host's tree. */
    static final String PODMAN = """
            795 737 0:60 / / rw,relatime - overlay overlay rw,context="system_u:object_r:container_file_t:s0:c1,c2",lowerdir=/l,upperdir=/u,workdir=/w,userxattr
            800 795 0:64 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs rw,seclabel
            801 800 0:25 /user.slice/user-1000.slice/user@1000.service/user.slice/libpod-77.scope/container /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,seclabel,nsdelegate,memory_recursiveprot
            """;

    static final String PODMAN_MEMBER =
            "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-77.scope/container/jvm\n";

    /** LXC with lxc.mount.auto=cgroup:mixed: its part writable, the way to it read-only over a tmpfs. */
    static final String LXC = """
            300 299 0:40 / / rw,relatime - ext4 /dev/loop3 rw
            310 300 0:45 / /sys ro,relatime - sysfs sysfs rw
            311 310 0:50 / /sys/fs/cgroup rw,relatime - tmpfs none rw,size=10240k,mode=755,uid=100000,gid=100000
            312 311 0:50 /memory /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime - tmpfs none rw,size=10240k,mode=755
            313 311 0:34 / /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
            314 313 0:34 /lxc/box /sys/fs/cgroup/memory/lxc/box rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
            """;

    static final String LXC_MEMBER = "6:memory:/lxc/box/init.scope\n";

    /** WSL 2: odd sources and options, Windows paths, an empty source, version 2 without controllers. */
    static final String WSL = """
            59 70 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
            72 59 0:24 / /mnt/wslg rw,relatime shared:1 - tmpfs none rw
            80 59 0:33 / /sys rw,nosuid,nodev,noexec,noatime shared:23 - sysfs sysfs rw
            81 80 0:41 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:31 - cgroup2 cgroup2 rw,nsdelegate
            82 80 0:42 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:32 - cgroup  rw,memory
            95 59 0:56 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\134;uid=1000;gid=1000;symlinkroot=/mnt/,mmap,access=client,msize=65536
            """;

    static final String WSL_MEMBER = "5:memory:/\n0::/\n";

    private MountTexts() {}
}
