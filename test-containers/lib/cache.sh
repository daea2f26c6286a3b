# shellcheck shell=bash
# Things made once and kept outside the checkout: a directory each, named after what it is made by.

# item NAME BUILDER [ARGUMENT...]: sets $made, the directory that BUILDER fills (it gets the directory, then the
# arguments). Its key are the texts of BUILDER and of the functions that it stands on, the arguments and $recipe.
item() {
  local name=$1 builder=$2 key started lock old
  shift 2
  key=$({ declare -f "$builder" world resolve download unpack && printf '%s\n' "$host_arch" "${recipe[@]}" "$@"; } | sha256sum)
  recipe=()
  made=$cache/$name-${key:0:12}
  if [[ ! -d $made ]]; then
    started=$SECONDS
    exec {lock}>"$cache/$name.lock"
    flock "$lock"
    if [[ ! -d $made ]]; then
      rm -rf "$cache/$name.new"
      mkdir "$cache/$name.new"
      # In a subshell of its own and not in a condition: there `set -e` would not hold.
      set +e
      (set -e && "$builder" "$cache/$name.new" "$@") {lock}>&- >"$cache/$name.log" 2>&1
      local status=$?
      set -e
      ((status == 0)) || die "cannot make $name: $(tail -n 1 "$cache/$name.log")"
      for old in "$cache/$name"-????????????; do # of a former recipe, and of no run in these weeks
        if [[ -d $old && -n $(find "$old" -maxdepth 0 -mtime +14) ]]; then rm -rf "$old"; fi
      done
      rm -rf "$cache/$name.new/apt"
      mv -T "$cache/$name.new" "$made"
      phase "made $name" $((SECONDS - started))
    fi
    exec {lock}>&-
  fi
  touch "$made"
}
