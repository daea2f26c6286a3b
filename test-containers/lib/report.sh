# shellcheck shell=bash
# What came out, for the eye and as Markdown.

# report CELL...: prints, writes $results/table.md, and fails if a cell did.
report() {
  local cell bad=0 verdict summary
  printf 'cell\tpassed\tfailed\tskipped\tseconds\n' >"$work/table"
  : >"$work/skips"
  : >"$work/failures"
  for cell; do
    verdict=$(cat "$results/$cell/verdict" 2>/dev/null || echo "its machine could not be made")
    summary=$results/$cell/reports/summary.tsv
    [[ -f $summary ]] || summary=/dev/null
    case $verdict in
      'done') ;;
      'not possible here: '*)
        printf '%s\t-\t-\t%s\t-\n' "$cell" "$verdict" >>"$work/table"
        continue
        ;;
      *) printf '%s\t\t%s\n' "$cell" "$verdict" >>"$work/failures" ;;
    esac
    awk -F '\t' -v cell="$cell" -v seconds="$(cat "$results/$cell/seconds" 2>/dev/null || echo -)" \
      -v note="$(cell_variables "$cell" && [[ $may_fail == yes ]] && echo ' (may fail)')" '
      { sum[$1]++ }
      END { printf "%s%s\t%d\t%d\t%d\t%s\n", cell, note, sum["passed"], sum["failed"], sum["skipped"] + sum["aborted"], seconds }
    ' "$summary" >>"$work/table"
    awk -F '\t' -v cell="$cell" '$1 == "skipped" || $1 == "aborted" {
      print ($5 == "" ? "no reason given" : $5) "\t" cell }' "$summary" >>"$work/skips"
    awk -F '\t' -v cell="$cell" '$1 == "failed" { printf "%s\t%s.%s\t%s\n", cell, $2, $3, $5 }' "$summary" >>"$work/failures"
    if [[ $verdict != done ]] || grep -q '^failed' "$summary"; then
      [[ $(cell_variables "$cell" && echo "$may_fail") == yes ]] || bad=1
    fi
    if [[ $verdict != done ]]; then last_words "$cell" "$verdict"; fi
  done
  column -t -s $'\t' "$work/table"
  if [[ -s $work/skips ]]; then
    printf '\nSkipped, and why:\n'
    reasons '%5d  %s  (%s)'
  fi
  if [[ -s $work/failures ]]; then
    printf '\nFailed:\n'
    awk -F '\t' '{ printf "  %s %s\n      %s\n", $1, $2, $3 }' "$work/failures"
  fi
  markdown >"$results/table.md"
  awk -F '\t' 'NR > 1 && $2 != "-" { passed += $2; failed += $3; skipped += $4 }
    END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$work/table"
  return "$bad"
}

# reasons FORMAT: a line each, the most frequent first: how often, why, in which cells.
reasons() {
  awk -F '\t' -v format="$1\n" '
    { count[$1]++ }
    !(($1, $2) in seen) { seen[$1, $2] = 1; cells[$1] = cells[$1] (cells[$1] == "" ? "" : ", ") $2 }
    END { for (reason in count) printf format, count[reason], reason, cells[reason] }
  ' "$work/skips" | sort -k 1,1nr -k 2
}

last_words() { # CELL VERDICT
  printf '\n%s: %s; the last lines of its console and its output:\n' "$1" "$2"
  tail -n 25 "$results/$1/console.log" "$results/$1/output" 2>/dev/null | tr -d '\r' | sed 's/^/    | /' || true
}

markdown() {
  awk -F '\t' '{ gsub(/\|/, "\\|"); $1 = $1; print "| " $1 " | " $2 " | " $3 " | " $4 " | " $5 " |" }
    NR == 1 { print "|---|---:|---:|---:|---:|" }' OFS='\t' "$work/table"
  if [[ -s $work/skips ]]; then
    printf '\nSkipped, and why:\n\n'
    reasons '%d × %s (%s)' | sed 's|^|* |'
  fi
  if [[ -s $work/failures ]]; then
    printf '\nFailed:\n\n'
    awk -F '\t' '{ printf "* %s %s: %s\n", $1, $2, $3 }' "$work/failures"
  fi
}
