#!/usr/bin/env python3
"""What `meson install` leaves in a DESTDIR: complete.py MESON BUILD [PART…], as TAP

The files are those that are listed here, no fewer and no more; PARTs (ui, starter, nautilus, NAME.mo)
are what this build has beyond the command line. They name each other by where they will be.
"""
import configparser
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402

ID = "io.github.inkling_app.Inkling"
ALWAYS = """
{bindir}/inkling-cli
{libexecdir}/inkling/inkling-decoder
{datadir}/inkling/models/starter/merges.txt
{mandir}/man1/inkling-cli.1
{datadir}/bash-completion/completions/inkling-cli
{datadir}/zsh/site-functions/_inkling-cli
{datadir}/fish/vendor_completions.d/inkling-cli.fish
lib/systemd/user/inkling-watch.service
"""
PARTS = {
    "ui": """
{bindir}/inkling
{datadir}/applications/{id}.desktop
{datadir}/metainfo/{id}.metainfo.xml
{datadir}/dbus-1/services/{id}.service
{datadir}/gnome-shell/search-providers/{id}.search-provider.ini
{datadir}/glib-2.0/schemas/{id}.gschema.xml
{datadir}/icons/hicolor/scalable/apps/{id}.svg
{datadir}/icons/hicolor/symbolic/apps/{id}-symbolic.svg
{mandir}/man1/inkling.1
""",
    "starter": """
{datadir}/inkling/models/starter/open_clip_config.json
{datadir}/inkling/models/starter/open_clip_model.safetensors
{datadir}/inkling/models/starter/README.md
{datadir}/inkling/models/starter/NOTICE.md
""",
    "nautilus": "{libdir}/nautilus/extensions-4/libinkling-nautilus.so\n",
}
TRANSLATION = "{localedir}/%s/LC_MESSAGES/inkling.mo\n"


class Installed:
    def __init__(self, meson, build, parts, destdir):
        done = subprocess.run([meson, "introspect", "--buildoptions", build], check=True,
                              capture_output=True, text=True)
        self.places = {option["name"]: option["value"] for option in json.loads(done.stdout)
                       if option["section"] == "directory"}
        self.build, self.parts = Path(build), parts
        log = self.build / "meson-logs/install-log.txt"  # `ninja uninstall` goes by it
        before = log.read_bytes() if log.exists() else None
        subprocess.run([meson, "install", "-C", build, "--no-rebuild", "--quiet",
                        "--destdir", destdir], check=True, capture_output=True)
        log.unlink() if before is None else log.write_bytes(before)
        self.root = Path(destdir) / self.places["prefix"].lstrip("/")
        self.files = {str(path.relative_to(destdir)): path for path in Path(destdir).rglob("*")
                      if not path.is_dir() or path.is_symlink()}

    def path(self, line):
        """Where a line of the lists is, as files are named here."""
        return os.path.join(self.places["prefix"], line.format(id=ID, **self.places)).lstrip("/")

    def read(self, line):
        return self.files[self.path(line)].read_text()

    def runs(self, name):
        return name.startswith((self.path("{bindir}/"), self.path("{libexecdir}/")))

    def only(self, part):
        if part not in self.parts:
            raise tap.Skip(f"this build is without {part}")


def test_files(there):
    wanted = ALWAYS + "".join(PARTS.get(part, TRANSLATION % part.removesuffix(".mo"))
                              for part in there.parts)
    wanted = {there.path(line) for line in wanted.split()}
    missing, more = wanted - set(there.files), set(there.files) - wanted
    assert not missing and not more, f"without {sorted(missing)}, but with {sorted(more)}"


def test_modes(there):
    """All may read everything, and run the programs; linkers mark modules like these."""
    for name, path in there.files.items():
        mode = path.stat().st_mode & 0o777
        runs = there.runs(name) or path.suffix == ".so"
        assert mode == (0o755 if runs else 0o644), (name, oct(mode))


def test_no_build_paths(there):
    """Files of text know neither the build folder, nor the DESTDIR, nor an unfilled @variable@."""
    for name, path in there.files.items():
        if there.runs(name) or path.suffix in [".so", ".safetensors", ".mo", ".txt"]:
            continue
        text = path.read_text()
        for word in [str(there.build), str(there.root)]:
            assert word not in text, (name, word)
        assert not re.search(r"@(bindir|download)@", text), name


def started(there, text, section, key):
    """The program that a file of keys starts is one that was installed."""
    file = configparser.ConfigParser(interpolation=None)
    file.optionxform = str
    file.read_string(text)
    program = file[section][key].split()[0]
    at = program.lstrip("/") if program.startswith("/") else there.path("{bindir}/" + program)
    assert at in there.files, program


def test_services_start_programs(there):
    started(there, there.read("lib/systemd/user/inkling-watch.service"), "Service", "ExecStart")
    there.only("ui")
    started(there, there.read("{datadir}/dbus-1/services/{id}.service"), "D-BUS Service", "Exec")
    started(there, there.read("{datadir}/applications/{id}.desktop"), "Desktop Entry", "Exec")


def test_names_agree(there):
    there.only("ui")
    provider = there.read("{datadir}/gnome-shell/search-providers/{id}.search-provider.ini")
    assert f"DesktopId={ID}.desktop" in provider and f"BusName={ID}" in provider, provider
    assert f"Name={ID}\n" in there.read("{datadir}/dbus-1/services/{id}.service")
    assert f"Icon={ID}\n" in there.read("{datadir}/applications/{id}.desktop")
    metainfo = there.read("{datadir}/metainfo/{id}.metainfo.xml")
    assert f">{ID}.desktop</launchable>" in metainfo and f"<id>{ID}</id>" in metainfo
    assert f'<schema id="{ID}"' in there.read("{datadir}/glib-2.0/schemas/{id}.gschema.xml")


def test_program_runs(there):
    program = there.files[there.path("{bindir}/inkling-cli")]
    done = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    assert re.fullmatch(r"inkling-cli \d+\.\d+\.\d+", done.stdout.splitlines()[0]), done.stdout


def main():
    meson, build, *parts = sys.argv[1:]
    with tempfile.TemporaryDirectory() as destdir:
        there = Installed(meson, build, parts, destdir)
        tests = [value for name, value in globals().items() if name.startswith("test_")]
        tap.run([(test.__name__.removeprefix("test_"), lambda test=test: test(there))
                 for test in tests])


if __name__ == "__main__":
    main()
