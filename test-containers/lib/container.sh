# shellcheck shell=bash
# The cell in a container, made by Testcontainers with a Docker engine that is unpacked, started and stopped here: not
# the machine's own, if it has one. In a mount namespace of its own, without a bridge or packet filters, below one group:
# nothing of it stays.

readonly make_launcher=(mvn -q -DskipTests -Pcontainer -pl test-containers/container package)
readonly launcher=$home/container/target/container.jar

build_engine() { # DIRECTORY
  local place=$1 list
  world "$place" "$host_arch" "${stable[@]}"
  list=$(resolve docker.io)
  # shellcheck disable=SC2086
  download "$place/debs" $list
  unpack "$place" "$place"/debs/*.deb
  rm -rf "$place/debs" "${place:?}"/{usr/share,etc,var}
  # They are the host's own: two C libraries in one process do not go together.
  rm -f "$place"/usr/lib/*/{ld-linux,libc,libm,libdl,libpthread,librt,libresolv}[-.]*
}

# engine_cell CELL
engine_cell() {
  local cell=$1 here=$work/$1 to=$results/$1 tree status=0 started
  cell_variables "$cell"
  mkdir -p "$here" "$to"
  impossible() { echo "not possible here: $1" >"$to/verdict" && phase "$cell: not possible here: $1"; }
  if ((EUID != 0)); then
    impossible "only root can start an engine"
    return
  fi
  if [[ ! -f $launcher ]]; then
    (cd "$home/.." && "${make_launcher[@]}") >"$here/launcher.log" 2>&1 ||
      die "cannot make $launcher: $(grep -m 1 ERROR "$here/launcher.log")"
  fi
  item engine build_engine
  engine=$made
  tree_of "$host_arch"
  tree=$made/tree
  started=$SECONDS
  if ! engine_start "$here"; then
    engine_stop "$here"
    impossible "the engine does not start: $(grep -E 'level=(error|fatal)|failed' "$here/engine.log" | tail -n 1)"
    cp "$here/engine.log" "$to/console.log"
    return
  fi
  phase "$cell: engine ready" $((SECONDS - started))
  tar -C "$tree" -c . | docker import - matrix >"$here/import.log" 2>&1 || die "docker import: $(tail -n 1 "$here/import.log")"
  mkdir -p "$to/reports"
  chown -R "$user:$user" "$to"
  phase "$cell: runs"
  started=$SECONDS
  # shellcheck disable=SC2086
  DOCKER_HOST=unix://$here/socket TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true \
    TESTCONTAINERS_HOST_OVERRIDE=localhost \
    TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=matrix:latest run timeout --foreground -k 10 "$((seconds + 60))" \
    java -Dapi.version=1.41 -Duser.home="$here" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -jar "$launcher" \
    --image matrix:latest --user "$user:$user" --cgroup-parent "$parent" --seconds "$seconds" --output "$to/output" \
    --env LANG=C.UTF-8 --env HOME=/home/user --read "$jar=/work/suite.jar" \
    --read "$home/cells/$cell.must=/work/must" --write "$to=/work/results" \
    java $java_options "-Dmuontrap.cell=$cell" $options -jar /work/suite.jar --reports /work/results/reports \
    ${include:+--include $include} ${classes:+--classes $classes} --must /work/must --scale "$scale" >"$here/launcher.out" 2>&1 || status=$?
  echo "$status" >"$to/exit"
  echo $((SECONDS - started)) >"$to/seconds"
  phase "$cell: ends ($status)" $((SECONDS - started))
  if [[ ! -s $to/output ]]; then cp "$here/launcher.out" "$to/output"; fi
  engine_stop "$here"
  chown -R "$(id -u):$(id -g)" "$to"
  cp "$here/engine.log" "$to/console.log"
  judged "$to" "$status"
}

docker() { "$engine/usr/bin/docker" -H "unix://$work/$cell/socket" "$@"; }

engine_start() { # DIRECTORY
  local here=$1 try
  parent=/muontrap-matrix-$$-$BASHPID
  PATH=$engine/usr/sbin:$engine/usr/bin:$PATH LD_LIBRARY_PATH=$(echo "$engine"/usr/lib/*-linux-gnu) \
    unshare --mount "$engine/usr/sbin/dockerd" --data-root "$here/data" --exec-root "$here/exec" \
    --pidfile "$here/pid" --host "unix://$here/socket" --bridge none --iptables=false --ip6tables=false \
    --group root >"$here/engine.log" 2>&1 &
  engine_pid=$!
  for ((try = 0; try < 60; try++)); do
    if docker version >/dev/null 2>&1; then return 0; fi
    kill -0 "$engine_pid" 2>/dev/null || return 1
    sleep 0.5
  done
  return 1
}

# engine_stop DIRECTORY: it ends its containers and its containerd; then what it made for them.
engine_stop() {
  local left
  [[ ${engine_pid:-} ]] || return 0
  if kill -TERM "$engine_pid" 2>/dev/null; then
    for ((left = 40; left > 0; left--)); do
      kill -0 "$engine_pid" 2>/dev/null || break
      sleep 0.5
    done
    kill -KILL "$engine_pid" 2>/dev/null || true
  fi
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=
  for left in /sys/fs/cgroup"$parent" /sys/fs/cgroup/*"$parent"; do
    [[ -d $left ]] && find "$left" -depth -type d -exec rmdir {} + 2>/dev/null
  done
  return 0
}
