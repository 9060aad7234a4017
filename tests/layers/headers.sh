#!/bin/sh
# headers.sh SOURCE_ROOT BUILD_ROOT: every header of every layer compiles alone, with its own
# layer's and lower layers' include paths only.
source=$1
build=$2
cc=${CC:-cc}
status=0
checked=0
# check LAYER PACKAGES INCLUDES [FIND TEST…]
check() {
  layer=$1
  packages=$2
  includes=$3
  shift 3
  for header in $(find "$source/$layer" -name '*.h' "$@" | sort); do
    # shellcheck disable=SC2046,SC2086
    printf '#include "%s"\n' "$header" |
      $cc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Wstrict-prototypes -Werror \
        -fsyntax-only -x c $includes -I"$build" $(pkg-config --cflags $packages) - || {
      echo "$header does not compile alone"
      status=1
    }
    checked=$((checked + 1))
  done
}
engine="-I$source/engine"
app="-I$source/app $engine"
# vector/ and the vec.h files are one template: each makes sense only inside an instruction set's
# own source file.
check engine "glib-2.0" "$engine" ! -path '*/compute/vector/*' ! -name vec.h
check app "gio-unix-2.0 sqlite3 json-glib-1.0 libxxhash libsoup-3.0" "$app" ! -path '*/decoder/*'
check app/decoder "gio-unix-2.0 vips" "$app"
check ui "gtk4 libadwaita-1" "-I$source/ui $app"
echo "$checked headers"
[ "$checked" -gt 20 ] || {
  echo "fewer headers than there must be: nothing was proved"
  status=1
}
exit $status
