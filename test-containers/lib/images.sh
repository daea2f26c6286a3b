# shellcheck shell=bash
# What virtual machines are made of. Nothing of a foreign architecture is executed, nothing is mounted.

readonly modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_mmio virtio_blk
  rng-core virtio-rng crc16 crc32c_generic libcrc32c crc32c-cryptoapi mbcache jbd2 ext4 overlay)
readonly root_packages=(base-files base-passwd bash coreutils crun dash dbus dbus-user-session debianutils diffutils findutils gawk grep
  gzip hostname iproute2 libc-bin libpam-runtime libpam-systemd login mawk mount ncurses-base openjdk-17-jre-headless passwd
  perl-base procps psmisc python3-minimal sed strace sudo systemd tar util-linux util-linux-extra)
readonly stable=(bookworm bookworm-updates bookworm-security)

# Independent of the host's libraries: it brings its own, the loader too.
build_qemu() { # DIRECTORY
  local place=$1 list
  target=(-t bookworm-backports)
  world "$place" "$host_arch" "${stable[@]}" bookworm-backports
  list=$(resolve qemu-system-x86 qemu-system-arm)
  # shellcheck disable=SC2086
  download "$place/debs" $list
  unpack "$place" "$place"/debs/*.deb
  rm -rf "$place/debs" "${place:?}"/{usr/share/doc,usr/share/man,usr/share/locale,etc,var}
}

build_kernel() { # DIRECTORY VERSION ARCH
  local place=$1 version=$2 arch=$3 suites=("${stable[@]}") list module found to number=10
  case $version in
    5.10) suites=(bullseye bullseye-security) ;;
    6.1) ;;
    6.12) suites+=(bookworm-backports) target=(-t bookworm-backports) ;;
    newest) suites=(sid) ;;
    *) die "no such kernel: $version" ;;
  esac
  world "$place" "$arch" "${suites[@]}"
  list=$(resolve "linux-image-cloud-$arch" busybox-static | grep -E '^(busybox-static=|linux-(image|binary|modules)-[0-9])')
  # shellcheck disable=SC2086
  download "$place/debs" $list
  unpack "$place/all" "$place"/debs/*.deb
  cp "$(find "$place/all" -name 'vmlinu*' -type f | head -n 1)" "$place/kernel"
  cp "$(find "$place/all" -path '*/bin/busybox' -type f)" "$place/busybox"
  mkdir "$place/modules"
  for module in "${modules[@]}"; do
    found=$(find "$place/all" -name "$module.ko*" -type f | head -n 1)
    to=$place/modules/$((number++))-$module.ko # the list is in the order of their dependencies
    case $found in
      '') ;; # built in, or of another kernel
      *.xz) xz -dc "$found" >"$to" ;;
      *.zst) zstd -dqc "$found" >"$to" ;;
      *) cp "$found" "$to" ;;
    esac
  done
  grep -E '^linux-image-[0-9]' <<<"$list" | head -n 1 >"$place/version"
  rm -rf "$place/all" "$place/debs"
}

build_initrd() { # DIRECTORY KERNEL
  local place=$1 kernel=$2
  mkdir -p "$place"/tree/{bin,modules,proc,sys,dev,root}
  cp "$kernel/busybox" "$place/tree/bin/"
  cp "$kernel"/modules/* "$place/tree/modules/"
  install -m 755 "$guest/initrd" "$place/tree/init"
  (cd "$place/tree" && find . | cpio --quiet -o -H newc) | gzip -1 >"$place/initrd"
  rm -rf "$place/tree"
}

build_tree() { # DIRECTORY ARCH
  local place=$1 arch=$2 list
  world "$place" "$arch" "${stable[@]}"
  list=$(resolve "${root_packages[@]}")
  # shellcheck disable=SC2086
  download "$place/debs" $list
  exclude=(--exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*')
  unpack "$place/tree" "$place"/debs/*.deb
  rm -rf "$place/debs"
  settle "$place/tree"
}

# settle TREE: the little that the packages' scripts would have done, and that something here needs.
settle() {
  local tree=$1 name uid=100
  cp "$tree/usr/share/base-passwd/passwd.master" "$tree/etc/passwd"
  cp "$tree/usr/share/base-passwd/group.master" "$tree/etc/group"
  cp "$tree/usr/share/libc-bin/nsswitch.conf" "$tree/etc/nsswitch.conf"
  for name in systemd-network systemd-resolve systemd-timesync messagebus; do
    echo "$name:x:$((++uid)):$uid::/nonexistent:/usr/sbin/nologin" >>"$tree/etc/passwd"
    echo "$name:x:$uid:" >>"$tree/etc/group"
  done
  echo 'user:x:1000:1000:user:/home/user:/bin/sh' >>"$tree/etc/passwd"
  echo 'user:x:1000:' >>"$tree/etc/group"
  printf '%s:x:999:\n' systemd-journal >>"$tree/etc/group"
  sed 's/:.*/:*:19000:0:99999:7:::/' "$tree/etc/passwd" >"$tree/etc/shadow"
  chmod 640 "$tree/etc/shadow"
  install -d -o 1000 -g 1000 "$tree/home/user"
  echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
  echo matrix >"$tree/etc/hostname"
  printf '127.0.0.1 localhost matrix\n::1 localhost\n' >"$tree/etc/hosts"
  echo 'LANG=C.UTF-8' >"$tree/etc/default/locale"
  for name in other systemd-user; do
    printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' 'password required pam_deny.so' \
      'session required pam_permit.so' 'session optional pam_systemd.so' >"$tree/etc/pam.d/$name"
  done
  ln -sf mawk "$tree/usr/bin/awk"
  ln -sf "$(cd "$tree/usr/bin" && echo ../lib/jvm/java-17-openjdk-*/bin/java)" "$tree/usr/bin/java"
  [[ -e $tree/usr/bin/sh ]] || ln -s dash "$tree/usr/bin/sh"
  rm -rf "${tree:?}/boot" "$tree/usr/share/locale" "$tree"/usr/lib/systemd/system/*.wants/*
  mkdir -p "$tree"/{proc,sys,dev,run,tmp,work,root,mnt,var/tmp} "$tree/var/lib/systemd/linger"
  ln -sfn /proc/self/mounts "$tree/etc/mtab"
  chmod 1777 "$tree/tmp" "$tree/var/tmp"
}

build_disk() { # DIRECTORY TREE
  local size
  size=$(du -sm --apparent-size "$2" | cut -f 1)
  truncate -s 0 "$1/disk"
  mke2fs -qF -t ext4 -O '^has_journal' -m 0 -d "$2" "$1/disk" "$((size * 13 / 10 + 64))M"
}

# tree_of ARCH: sets $made, where the files are that machines and containers of this architecture have.
tree_of() {
  recipe=("$(declare -f settle)" "${root_packages[@]}" "${stable[@]}")
  item "tree-$1" build_tree "$1"
}

# root_disk ARCH: sets $made, the directory of the disk that all machines of this architecture read.
root_disk() {
  tree_of "$1"
  item "disk-$1" build_disk "$made/tree"
}
