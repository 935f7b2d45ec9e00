#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A program that makes two files makes four changes, and dies before the one that was asked for.
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
kill_at=tests/kill/kill-at

run() {
        rm -f "$dir/a" "$dir/b"
        $kill_at "$1" "$dir/calls" /bin/sh -c "echo x >$dir/a; echo y >$dir/b" >"$dir/said" 2>&1
}

# size of a file, "none" when it is not there
size() {
        [ -e "$1" ] && stat -c %s "$1" || echo none
}

expect() {
        run "$1"
        found="$? $(wc -l <"$dir/calls") $(size "$dir/a") $(size "$dir/b")"
        [ "$found" = "$2" ] && return
        echo "killed at $1: exit code, changes and sizes are '$found', not '$2'" >&2
        exit 1
}

run 0
[ -s "$dir/calls" ] || { echo "processes cannot be traced here"; exit 77; }
expect 0 "0 4 2 2"
expect 1 "137 1 none none"
expect 2 "137 2 0 none"
expect 3 "137 3 2 none"
expect 4 "137 4 2 0"
expect 5 "0 4 2 2"
grep -q "^4	write	$dir/b\$" "$dir/calls"
