# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# How ./dev talks: one line a step, a sign of life while it lasts, the log only when it failed.

say() { printf '== %s\n' "$*"; }

# die SENTENCE: ends the script with one sentence.
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# The last line of a log, short enough for a status line.
last_line() { tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | grep . | tail -n 1 | cut -c1-78 || true; }

# step TITLE COMMAND...: runs the command with its output in a log, and shows that it lives.
step() {
  local title=$1 log start=$SECONDS status=0 shown=0 now
  shift
  mkdir -p "$logs"
  log=$logs/$(printf '%s' "$title" | tr -cs 'a-zA-Z0-9' '-' | cut -c1-40).log
  say "$title"
  "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    now=$((SECONDS - start))
    if [ -t 1 ]; then
      printf '\r\033[K   %4d s  %s' "$now" "$(last_line "$log")"
    elif ((now >= shown + 20)); then
      shown=$now
      printf '   %4d s  %s\n' "$now" "$(last_line "$log")"
    fi
  done
  wait "$pid" || status=$?
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log" >&2
    printf 'dev: "%s" failed after %d s; all of it: %s\n' "$title" $((SECONDS - start)) \
      "${log#"$root"/}" >&2
    return "$status"
  fi
  ((SECONDS - start < 3)) || printf '   done in %d s\n' $((SECONDS - start))
}
