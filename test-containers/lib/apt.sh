# shellcheck shell=bash
# Debian packages of any suite and architecture, fetched with an apt state of its own: nothing of the host changes.

# mirror main|security: as the machine's own apt is configured.
mirror() {
  local found
  found=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk -v wanted="$1" '$1 == "Debian" && ($2 ~ /-security$/) == (wanted == "security") { print $3; exit }')
  [[ $found ]] || die "apt knows no $1 mirror of Debian: this needs one in its configuration and 'apt-get update' once"
  printf '%s\n' "$found"
}

# world DIRECTORY ARCH SUITE...: sets $world, the configuration file of an isolated apt for these suites.
world() {
  local place=$1/apt arch=$2 suite uri
  shift 2
  world=$place/apt.conf
  mkdir -p "$place"/{lists,archives}/partial "$place/etc"
  : >"$place/status"
  for suite; do
    uri=$(mirror "$([[ $suite == *-security ]] && echo security || echo main)") || return
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
  done >"$place/sources.list"
  cat >"$world" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Post-Invoke-Success "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
Dir::State "$place";
Dir::State::status "$place/status";
Dir::State::lists "$place/lists";
Dir::Cache "$place";
Dir::Cache::archives "$place/archives";
Dir::Etc::sourcelist "$place/sources.list";
Dir::Etc::sourceparts "$place/etc";
Dir::Etc::preferences "$place/etc/none";
Dir::Etc::preferencesparts "$place/etc";
Dir::Log "$place";
END
  apt-get -qq -c "$world" -o Dpkg::Post-Invoke= update
}

# resolve PACKAGE...: NAME=VERSION of all that an installation from nothing would take, in the current world.
resolve() {
  apt-get -c "$world" install -s -y "${target[@]}" "$@" | awk '$1 == "Inst" { gsub(/[()]/, "", $3); print $2 "=" $3 }'
}

# download DIRECTORY PACKAGE=VERSION...
download() {
  local place=$1
  shift
  mkdir -p "$place"
  (cd "$place" && apt-get -qq -c "$world" download "$@")
}

# unpack DIRECTORY DEB...: what the packages hold, none of their scripts. /usr is merged, so links must stay links.
unpack() {
  local place=$1 deb link
  shift
  for link in bin sbin lib lib64; do
    mkdir -p "$place/usr/$link"
    [[ -e $place/$link ]] || ln -s "usr/$link" "$place/$link"
  done
  for deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -C "$place" -xp --keep-directory-symlink "${exclude[@]}"
  done
}
