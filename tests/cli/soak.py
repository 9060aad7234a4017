#!/usr/bin/env python3
"""Continual change for a while: soak.py INKLING_CLI SECONDS

On a session bus of its own, “inkling-cli watch” follows a folder in which files are added, edited, moved
and removed all the time, while searches are made every second and the resolution of the model is changed
now and then. Its memory, descriptors and threads stay what they were once it was warm. Four hours:
dbus-run-session tests/cli/soak.py CLI 14400
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import pictures  # noqa: E402
import tap  # noqa: E402

CLI = sys.argv[1]
SECONDS = float(sys.argv[2])
RANDOM = random.Random(20260101)
ROOT = Path(tempfile.mkdtemp(prefix="inkling-soak-"))
PHOTOS = ROOT / "photos"
ENVIRONMENT = dict(
    os.environ, HOME=str(ROOT), XDG_DATA_HOME=str(ROOT / "data"),
    XDG_CACHE_HOME=str(ROOT / "cache"), XDG_CONFIG_HOME=str(ROOT / "config"))
MOST = 300  # files; about as many come as go


def call(*arguments):
    done = subprocess.run([CLI, *arguments, "--json", "--quiet"], env=ENVIRONMENT, check=False,
                          capture_output=True, timeout=300)
    assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def measure(pid):
    """Resident memory in kB that is not of files, descriptors and threads of a process."""
    status = Path("/proc/%d/status" % pid).read_text()
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return (int(facts["RssAnon"].split()[0]), len(os.listdir("/proc/%d/fd" % pid)),
            int(facts["Threads"]))


def change(serial):
    """Does something to the folder."""
    files = sorted(PHOTOS.rglob("*.png"))
    what = RANDOM.randrange(4)
    if what == 0 and len(files) < MOST or not files:
        (PHOTOS / ("%06d.png" % serial)).write_bytes(pictures.png(serial))
    elif what == 1:
        RANDOM.choice(files).write_bytes(pictures.png(serial))
    elif what == 2:
        folder = PHOTOS / ("folder-%d" % RANDOM.randrange(5))
        folder.mkdir(exist_ok=True)
        RANDOM.choice(files).rename(folder / ("%06d.png" % serial))
    elif len(files) > MOST // 3:
        RANDOM.choice(files).unlink()


def soak(watch):
    """Returns: what was measured, a tuple each second."""
    measured, serial = [], 1000
    begin = time.monotonic()
    second = 0
    every = max(6, min(60, int(SECONDS) // 20))  # several times while it warms up
    while time.monotonic() - begin < SECONDS:
        for _ in range(4):
            change(serial)
            serial += 1
            time.sleep(0.2)
        call("search", RANDOM.choice(["a dog", "stripes", "blue", "a car -cat", "type:png"]))
        if second % every == every // 2:
            call("models", "use", "starter", "--image-size", RANDOM.choice(["160", "224"]))
        assert watch.poll() is None, "watch has ended"
        measured.append(measure(watch.pid))
        second += 1
    return measured


def test_soak():
    PHOTOS.mkdir()
    for seed in range(MOST // 2):
        (PHOTOS / ("%06d.png" % seed)).write_bytes(pictures.png(seed))
    call("index", str(PHOTOS))
    with open(ROOT / "events", "wb") as events:
        watch = subprocess.Popen([CLI, "watch", "--json", "--quiet"], env=ENVIRONMENT,
                                 stdin=subprocess.DEVNULL, stdout=events, stderr=events)
    try:
        measured = soak(watch)
    finally:
        watch.send_signal(signal.SIGTERM)
        status = watch.wait(timeout=120)
    assert status == 0, status
    events = (ROOT / "events").read_bytes().count(b"\n")
    # The first quarter warms up; then the middle of the second is compared with that of the last.
    quarter = len(measured) // 4
    early, late = measured[quarter:2 * quarter], measured[3 * quarter:]
    print("# %d rounds, %d events" % (len(measured), events))
    for index, (name, slack) in enumerate((("kB resident", None), ("descriptors", 4), ("threads", 4))):
        before = sorted(sample[index] for sample in early)[len(early) // 2]
        after = sorted(sample[index] for sample in late)[len(late) // 2]
        most = before + (max(before // 10, 8192) if slack is None else slack)
        print("# %s: %d, then %d" % (name, before, after))
        assert after <= most, "%s grow: %d, then %d" % (name, before, after)
    assert events > len(measured), "hardly anything was noticed"
    assert b'"ok":true' in call("check").replace(b" ", b"")


if __name__ == "__main__":
    try:
        tap.run([("soak", test_soak)])
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)
