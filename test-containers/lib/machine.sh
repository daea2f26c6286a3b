# shellcheck shell=bash
# One virtual machine: the cells of one boot, in a process of its own.

# machine NAME CELL...: what is common to the cells is read from the first.
machine() {
  local name=$1 here=$work/$1 qemu kernel initrd disk tree limit=$boot_seconds cell status=0 started fetching
  shift
  cell_variables "$1"
  mkdir -p "$here"
  (root_disk "$arch") & # at the same time as the rest
  fetching=$!
  item qemu build_qemu
  qemu=$made
  item "kernel-$kernel_version-$arch" build_kernel "$kernel_version" "$arch" "$(age_of "$kernel_version")"
  kernel=$made
  recipe=("$(<"$guest/initrd")")
  item "initrd-$kernel_version-$arch" build_initrd "$kernel"
  initrd=$made
  wait "$fetching" || exit
  root_disk "$arch"
  disk=$made
  prepared "$here" "$@"
  for cell; do limit=$((limit + $(cell_variables "$cell" && echo "$seconds"))); done
  cell_variables "$1"
  phase "$name: boots $(<"$kernel/version")"
  started=$SECONDS
  emulate "$here" "$arch" "$limit" "$qemu" "$kernel" "$initrd" "$disk" || status=$?
  phase "$name: ends ($status)" $((SECONDS - started))
  mkdir "$here/out"
  tar -C "$here/out" -xf "$here/results.tar" 2>/dev/null || true
  for cell; do
    collect "$here" "$cell" "$status"
  done
}

# Of what moves, one is made anew each week.
age_of() { [[ $1 != newest ]] || date +%G-%V; }

# prepared DIRECTORY CELL...: the second disk, and an empty third.
prepared() {
  local here=$1 tests=$1/tests cell variable
  shift
  mkdir -p "$tests/results"
  cp -r "$guest" "$tests/guest"
  mkdir "$tests/cells"
  for cell; do
    (
      cell_variables "$cell"
      for variable in place user seconds options include classes scale java_options; do
        echo "$variable='${!variable}'"
      done
    ) >"$tests/cells/$cell.cell"
    cp "$home/cells/$cell.must" "$tests/cells/"
  done
  cp "$jar" "$tests/suite.jar"
  printf '%s\n' "$@" >"$tests/plan"
  echo "$init $cgroups" >"$tests/boot"
  tar -C "$tests" --owner=0 --group=0 -cf "$here/tests.tar" .
  rm -rf "$tests"
  truncate -s 64M "$here/results.tar"
}

# emulate DIRECTORY ARCH SECONDS QEMU KERNEL INITRD DISK: exits with 124 when it had to be ended.
emulate() {
  local place=$1 arch=$2 limit=$3 qemu=$4 kernel=$5 initrd=$6 disk=$7 program console machine cpu words=() disk_word number=0
  case $arch in
    amd64) program=qemu-system-x86_64 console=ttyS0 machine=pc cpu=max ;;
    arm64) program=qemu-system-aarch64 console=ttyAMA0 machine=virt cpu=cortex-a72 ;;
    *) die "no machine for $arch" ;;
  esac
  if [[ ${MUONTRAP_MATRIX_KVM:-} == 1 && $arch == "$host_arch" ]]; then
    words=(-accel kvm) cpu=host
  else
    words=(-accel "tcg,thread=multi,tb-size=256")
  fi
  for disk_word in "$disk/disk,readonly=on" "$place/tests.tar,readonly=on" "$place/results.tar"; do
    words+=(-drive "file=$disk_word,format=raw,if=none,cache=unsafe,id=disk$((++number))"
      -device "virtio-blk-pci,drive=disk$number")
  done
  run timeout --foreground -k 10 "$limit" "$(echo "$qemu"/usr/lib/*/ld-linux-*.so.*)" --library-path "$(echo "$qemu"/usr/lib/*-linux-gnu)" \
    "$qemu/usr/bin/$program" -L "$qemu/usr/share/qemu" -L "$qemu/usr/share/seabios" \
    -M "$machine" -cpu "$cpu" -smp "$cpus" -m "$memory" -nodefaults -no-user-config -display none -no-reboot \
    -serial "file:$place/console.log" -device virtio-rng-pci \
    -kernel "$kernel/kernel" -initrd "$initrd/initrd" \
    -append "console=$console panic=-1 loglevel=5 rcupdate.rcu_expedited=1 systemd.unit=matrix.target systemd.default_standard_output=null ${MUONTRAP_MATRIX_APPEND:-}" \
    "${words[@]}" </dev/null >"$place/qemu.log" 2>&1
}

# run COMMAND...: waited for such that a signal to this shell ends it.
run() {
  local status=0
  "$@" &
  running=$!
  wait "$running" || status=$?
  running=
  return "$status"
}

# collect DIRECTORY CELL STATUS: from the machine's third disk to the results, with a verdict.
collect() {
  local here=$1 cell=$2 status=$3 to=$results/$2 left
  rm -rf "$to"
  mkdir -p "$to"
  if [[ -d $here/out/$cell ]]; then cp -r "$here/out/$cell/." "$to"; fi
  cp "$here/console.log" "$to/console.log" 2>/dev/null || : >"$to/console.log"
  left=$(cat "$to/exit" 2>/dev/null || true)
  if [[ $left ]]; then
    judged "$to" "$left"
  elif grep -q 'Kernel panic' "$to/console.log"; then
    echo "the machine panicked: $(grep -o 'Kernel panic.*' "$to/console.log" | head -n 1 | tr -d '\r')" >"$to/verdict"
  elif ((status == 124 || status == 137)); then
    echo "the machine was not done after its time" >"$to/verdict"
  elif ((status != 0)); then
    echo "QEMU ended with $status: $(tail -n 1 "$here/qemu.log")" >"$to/verdict"
  else
    echo "the machine ended without a report" >"$to/verdict"
  fi
}

# judged DIRECTORY EXIT: writes the verdict on a suite that ended.
judged() {
  local to=$1 left=$2
  if [[ $left == 124 || $left == 137 ]]; then
    echo "the suite was not done after its time" >"$to/verdict"
  elif [[ ! -s $to/reports/summary.tsv ]]; then
    echo "no report, the suite's exit was $left" >"$to/verdict"
  elif ((left != 0)) && ! grep -q '^failed' "$to/reports/summary.tsv"; then
    echo "no test failed, and yet the suite's exit was $left" >"$to/verdict"
  elif ! grep -q '^passed\|^failed' "$to/reports/summary.tsv"; then
    echo "no test ran" >"$to/verdict"
  else
    echo "done" >"$to/verdict"
  fi
}
