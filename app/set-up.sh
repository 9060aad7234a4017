# shellcheck shell=bash
# Shared by app/run and tests/run: installs the Debian packages that are missing, and builds.

# What building needs; tests add theirs in tests/run.
build_packages=(
  build-essential meson ninja-build pkg-config gettext
  libglib2.0-dev libglib2.0-bin libgtk-4-dev libadwaita-1-dev libvips-dev libopenblas-dev
  libsqlite3-dev libjson-glib-dev libxxhash-dev libraw-dev libseccomp-dev libsoup-3.0-dev zlib1g-dev
  desktop-file-utils librsvg2-common adwaita-icon-theme glib-networking
)

# What only some releases have as packages of their own: readers of HEIC and AVIF.
optional_packages=(libheif-plugin-libde265 libheif-plugin-dav1d)

say() { printf '%s\n' "$*" >&2; }

# not_installed PACKAGE…: those of them, a line each.
not_installed() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      echo "$package"
  done
}

# known PACKAGE…: those that this release has, a line each.
known() {
  local package
  for package in "$@"; do
    apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]' && echo "$package"
  done
}

# need_packages PURPOSE PACKAGE…: installs what is missing, or says what is needed.
need_packages() {
  local purpose=$1
  local -a missing as_root=()
  shift
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "This is not Debian or a relative of it, so nothing is installed here."
    say "Needed for $purpose (Debian's package names): $*"
    return 0
  fi
  mapfile -t missing < <(not_installed "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      say "These packages are missing and there is no sudo here. As root, run:"
      say "  apt-get install ${missing[*]}"
      return 1
    }
    as_root=(sudo)
  fi
  say "Installing for $purpose: ${missing[*]}"
  "${as_root[@]}" apt-get -qq update || return 1
  # Only a machine that lacks something else too gets these: the second run is to be quick.
  mapfile -t -O "${#missing[@]}" missing < <(known "${optional_packages[@]}")
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    "${missing[@]}" >/dev/null || {
    say "apt-get could not install: ${missing[*]}"
    return 1
  }
}

# build_in FOLDER [MESON OPTION…]: configures FOLDER once and builds it.
build_in() {
  local folder=$1 log
  shift
  mkdir -p "$folder"
  log=$folder/set-up.log
  if [ ! -f "$folder/build.ninja" ]; then
    meson setup "$folder" "$@" >"$log" 2>&1 || {
      cat "$log" >&2
      return 1
    }
  fi
  ninja -C "$folder" >"$log" 2>&1 || {
    grep -E -A5 'FAILED|error' "$log" >&2 || tail -n 30 "$log" >&2
    return 1
  }
}
