#!/usr/bin/env python3
"""No socket of the internet is opened while indexing and searching: sockets.py INKLING_CLI

strace follows the program and its helpers. Those of AF_UNIX are listed: what they are connected to.
What is written lies in the program's own folders, readable for their owner alone.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import pictures  # noqa: E402
import tap  # noqa: E402

CLI = sys.argv[1]
ROOT = Path(tempfile.mkdtemp(prefix="inkling-sockets-"))
CALLS = "socket,socketpair,connect,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2"
# Beside the program's own folders: made and deleted at once, or memory.
HARMLESS = ("/dev/", "/proc/", "/memfd:", "/sys/")


def run(name, *arguments):
    """Runs the program under strace; the calls that it made."""
    log = ROOT / (name + ".strace")
    environment = dict(
        os.environ, HOME=str(ROOT / "home"), XDG_DATA_HOME=str(ROOT / "data"),
        XDG_CACHE_HOME=str(ROOT / "cache"), XDG_CONFIG_HOME=str(ROOT / "config"),
        ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(
        ["strace", "-f", "-qq", "-s", "256", "-e", "trace=" + CALLS, "-o", str(log), CLI,
         *arguments, "--json", "--quiet"],
        env=environment, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return log.read_text(errors="replace").splitlines()


def trace():
    if shutil.which("strace") is None:
        raise tap.Skip("strace is not installed")
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False,
                      capture_output=True).returncode != 0:
        raise tap.Skip("processes may not be traced here")
    (ROOT / "home").mkdir()
    photos = ROOT / "photos"
    photos.mkdir()
    for seed in range(6):
        (photos / ("%d.png" % seed)).write_bytes(pictures.png(seed))
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    return {
        "index": run("index", "index", str(photos)),
        "search": run("search", "search", "a", "dog", "--all"),
        "similar": run("similar", "similar", str(photos / "1.png"), "--all"),
        "status": run("status", "status"),
    }


TRACES = {}


def test_sockets():
    TRACES.update(trace())
    assert len(TRACES["index"]) > 50 and any("socketpair(" in line for line in TRACES["index"])
    for name, lines in TRACES.items():
        for line in lines:
            if re.search(r"\bsocket(pair)?\(", line):
                assert "(AF_UNIX" in line, (name, line)
        peers = {match.group(1) for line in lines
                 for match in re.finditer(r"connect\(\d+, \{sa_family=AF_UNIX, sun_path=@?\"(.*?)\"",
                                          line)}
        print("# %s: %d socket pairs with helpers; connected to %s" % (
            name, sum("socketpair(" in line for line in lines), ", ".join(sorted(peers)) or "none"))


def test_written():
    if not TRACES:
        raise tap.Skip("nothing was traced")
    own = (str(ROOT / "data"), str(ROOT / "cache"), str(ROOT / "config"))
    for name, lines in TRACES.items():
        for line in lines:
            if "= -1 " in line:
                continue
            match = re.search(r"(?:open|creat|openat)\(.*?\"(.*?)\", ([A-Z_|0-9]+)", line) \
                if re.search(r"O_(WRONLY|RDWR|CREAT)", line) else \
                re.search(r"(?:mkdir|mkdirat|rename\w*)\(.*?\"(.*?)\"()", line)
            if match and match.group(1).startswith("/"):
                assert match.group(1).startswith(own + HARMLESS), (name, line)


def test_modes():
    if not TRACES:
        raise tap.Skip("nothing was traced")
    paths = [path for folder in ("data", "cache") for path in (ROOT / folder).rglob("*")]
    assert len(paths) > 5
    for path in paths:
        # XDG's own folders apart, which others share.
        mode = path.stat().st_mode & 0o777
        assert mode == (0o700 if path.is_dir() else 0o600), (path, oct(mode))


if __name__ == "__main__":
    try:
        tap.run([("no socket of the internet", test_sockets),
                 ("nothing is written elsewhere", test_written),
                 ("for the owner alone", test_modes)])
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)
