#!/usr/bin/env bash
# Two builds in two folders are the same, byte for byte: reproducible.sh SOURCE
#
# A copy of the sources is built as a release in each of two folders with names of different lengths.
set -euo pipefail
source=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
echo 1..1
for name in first second-and-longer; do
  mkdir "$place/$name"
  (cd "$source" && tar -c --exclude=./build --exclude=./.git --exclude='./build-*' .) | tar -x -C "$place/$name"
  (cd "$place/$name" && meson setup build . --buildtype=release -Dtests=false -Duninstalled=false &&
    CCACHE_DISABLE=1 ninja -C build && DESTDIR=$place/$name/installed meson install -C build) \
    >"$place/$name.log" 2>&1 || { tail -20 "$place/$name.log"; echo "not ok 1 - it builds"; exit 1; }
done
if diff -r "$place/first/installed" "$place/second-and-longer/installed"; then
  echo "# $(find "$place/first/installed" -type f | wc -l) files"
  echo "ok 1 - the same files"
else
  echo "not ok 1 - the same files"
  exit 1
fi
