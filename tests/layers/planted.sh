#!/bin/sh
# planted.sh COMPILER… -- SOURCE LIBRARY: SOURCE calls GIO; with the engine's dependencies it must
# compile but not link, and with GIO beside them it must link (so that it fails for this reason).
compiler=
while [ "$1" != -- ]; do
  compiler="$compiler $1"
  shift
done
source=$2
library=$3
top=$(dirname "$source")/../../engine
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# shellcheck disable=SC2046,SC2086
link() {
  $compiler -I"$top" $(pkg-config --cflags gio-2.0) "$source" -o "$out/planted" \
    -Wl,--whole-archive "$library" -Wl,--no-whole-archive "$@" $sanitizers -pthread -lm \
    >"$out/log" 2>&1
}
# A sanitized engine needs its run-time library, which has nothing to do with layers.
sanitizers=
nm "$library" 2>/dev/null | grep -q __asan_ && sanitizers="$sanitizers -fsanitize=address,undefined"
nm "$library" 2>/dev/null | grep -q __tsan_ && sanitizers="$sanitizers -fsanitize=thread"

# shellcheck disable=SC2046
if ! link $(pkg-config --libs gio-2.0 zlib openblas); then
  cat "$out/log"
  echo "even with GIO the planted call does not link: no verdict"
  exit 1
fi
# shellcheck disable=SC2046
if link $(pkg-config --libs glib-2.0 zlib openblas); then
  echo "the engine links with a GIO call in it"
  exit 1
fi
grep -q 'g_file_new_for_path' "$out/log" || {
  cat "$out/log"
  echo "the link failed, but not for the planted call"
  exit 1
}
