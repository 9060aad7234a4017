# shellcheck shell=bash
# Shared by app/run and tests/run: installs the Debian packages that are missing.
#   need_packages PURPOSE PACKAGE…

# What building needs; tests add theirs in tests/run.
build_packages=(
  build-essential meson ninja-build pkg-config gettext
  libglib2.0-dev libglib2.0-bin libgtk-4-dev libadwaita-1-dev libvips-dev libopenblas-dev
  libsqlite3-dev libjson-glib-dev libxxhash-dev libraw-dev libseccomp-dev zlib1g-dev
  desktop-file-utils librsvg2-common adwaita-icon-theme
)

say() { printf '%s\n' "$*" >&2; }

need_packages() {
  local purpose=$1 package
  local -a missing=()
  shift
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "This is not Debian or a relative of it, so nothing is installed here."
    say "Needed for $purpose (Debian's package names): $*"
    return 0
  fi
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local -a as_root=()
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
