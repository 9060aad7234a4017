#!/usr/bin/env python3
"""“inkling-cli watch” and what other processes do beside it: watch.py INKLING_CLI

Real processes on a session bus of their own: changes of the folders arrive as events, writes of other
processes are handed over, and the library is given up and taken back. Nothing is measured in time:
what is waited for must come, however long it takes (up to a minute).
"""
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402

CLI = sys.argv[1]
DATA = Path(os.environ["INKLING_TEST_DATA"])
IMAGES = DATA / "starter" / "golden-images"
ROOT = Path(tempfile.mkdtemp(prefix="inkling-watch-"))
N = len(list(IMAGES.iterdir()))
WAIT = 60
BUS = "org.freedesktop.DBus"
PATH = "/io/github/inkling_app/Inkling/Library"
INTERFACE = "io.github.inkling_app.Inkling.Library"


class Place:
    """A home with photos, and what runs in it."""

    def __init__(self, name):
        self.root = ROOT / name
        self.photos = self.root / "photos"
        shutil.copytree(IMAGES, self.photos)
        self.photos.chmod(0o755)
        self.environment = dict(
            os.environ, HOME=str(self.root), XDG_DATA_HOME=str(self.root / "data"),
            XDG_CACHE_HOME=str(self.root / "cache"), XDG_CONFIG_HOME=str(self.root / "config"))
        self.library = self.root / "data" / "inkling"

    def call(self, *arguments, status=0, **environment):
        done = subprocess.run([CLI, *arguments, "--json"], capture_output=True, check=False,
                              timeout=300, env=dict(self.environment, **environment))
        assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def one(self, *arguments, **options):
        objects = self.call(*arguments, **options)
        assert len(objects) == 1, objects
        return objects[0]


class Watch:
    """A running “inkling-cli watch”, whose events can be waited for."""

    def __init__(self, place, *arguments):
        self.process = subprocess.Popen([CLI, "watch", "--json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        env=place.environment)
        self.events = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))
        self.events.put(None)

    def until(self, event, **wanted):
        """Reads on until such an event comes; all that came, with it last."""
        seen = []
        end = time.monotonic() + WAIT
        while True:
            try:
                seen.append(self.events.get(timeout=max(end - time.monotonic(), 0.01)))
            except queue.Empty:
                raise AssertionError("no %s %s, but %s" % (event, wanted, seen)) from None
            assert seen[-1] is not None, "it ended instead of %s: %s" % (event, seen)
            if seen[-1].get("event") == event and \
                    all(seen[-1].get(key) == value for key, value in wanted.items()):
                return seen

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WAIT) == 0, self.process.returncode


def need_bus():
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        raise tap.Skip("there is no session bus (dbus-run-session is missing)")


def paths(events, kind):
    return sorted(e["path"] for e in events if e["event"] == kind)


def test_changes():
    """New, edited, renamed, moved, deleted, and whole folders of it."""
    place = Place("changes")
    place.one("index", str(place.photos))
    one, two = str(place.photos / "small-97x61.png"), str(place.photos / "noise-200x150.png")
    with Watch(place) as watch:
        watch.until("up-to-date")
        new = place.photos / "new.png"
        shutil.copy(one, new)
        watch.until("indexed", path=str(new))
        shutil.copy(two, new)  # an edit
        watch.until("indexed", path=str(new))
        new.rename(place.photos / "renamed.png")
        watch.until("moved", path=str(place.photos / "renamed.png"), **{"from": str(new)})
        folder = place.photos / "deep" / "er"
        folder.mkdir(parents=True)
        (place.photos / "renamed.png").rename(folder / "moved.png")
        watch.until("moved", path=str(folder / "moved.png"))
        (place.photos / "deep").rename(place.photos / "deeper")
        watch.until("moved", path=str(place.photos / "deeper/er/moved.png"))
        # The folder is watched under its new name.
        (place.photos / "deeper/er/bad.png").write_bytes(b"no picture")
        event = watch.until("failed", path=str(place.photos / "deeper/er/bad.png"))[-1]
        assert event["code"] == "unsupported" and event["reason"], event
        shutil.rmtree(place.photos / "deeper")
        watch.until("removed", path=str(place.photos / "deeper/er/moved.png"))
        watch.until("up-to-date")
        watch.end()
    assert place.one("status")["photos"] == N
    assert (place.library / "library.lock").read_bytes() == b"", "the lock was not given up"


def test_rules():
    """Hidden files mean nothing, .nomedia and .ignore at once."""
    place = Place("rules")
    place.one("index", str(place.photos))
    sub = place.photos / "sub"
    with Watch(place) as watch:
        watch.until("up-to-date")
        sub.mkdir()
        shutil.copy(place.photos / "small-97x61.png", sub / "a.png")
        watch.until("indexed", path=str(sub / "a.png"))
        (sub / ".nomedia").touch()
        watch.until("removed", path=str(sub / "a.png"))
        (sub / ".nomedia").unlink()
        watch.until("indexed", path=str(sub / "a.png"))
        (place.photos / ".ignore").write_text("noise*\n")
        watch.until("removed", path=str(place.photos / "noise-200x150.png"))
        watch.end()


def test_offline():
    """A folder that is not there is offline, searchable, and comes back."""
    place = Place("offline")
    place.one("index", str(place.photos))
    away = place.root / "away"
    place.photos.rename(away)
    with Watch(place) as watch:
        watch.until("offline", path=str(place.photos))
        assert place.call("search", "ball", "--all"), "not searchable"
        watch.end()
    folder = place.one("status")["folders"][0]
    assert folder["offline"] and folder["photos"] == N == folder["away"], folder
    away.rename(place.photos)
    assert place.one("index")["unchanged"] == N


def read_write_connections(library):
    """The processes that have the library's database open for writing."""
    found = []
    for fd in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(fd) != str(library / "library.db"):
                continue
            info = (fd.parent.parent / "fdinfo" / fd.name).read_text()
        except OSError:
            continue
        flags = int(info.split("flags:")[1].split()[0], 8)
        if flags & os.O_ACCMODE != os.O_RDONLY:
            found.append(int(fd.parts[2]))
    return found


def test_forwarding():
    """What other processes want written is done by the one that has the library."""
    need_bus()
    place = Place("forwarding")
    place.one("index", str(place.photos))
    more = place.root / "more"
    more.mkdir()
    for i, image in enumerate(sorted(IMAGES.iterdir())):
        shutil.copy(image, more / ("%d%s" % (i, image.suffix)))
    with Watch(place) as watch:
        watch.until("up-to-date")
        with subprocess.Popen([CLI, "index", "--json", str(more), "--exclude", "0.*"],
                              stdout=subprocess.PIPE, env=place.environment) as index:
            while index.poll() is None:
                assert set(read_write_connections(place.library)) <= {watch.process.pid}
            report = json.loads(index.stdout.read())
        assert report["found"] == report["indexed"] == N - 1, report
        assert place.one("status")["folders"][0]["excluded"] == ["0.*"]
        # What joined in this way is watched like the rest.
        shutil.copy(more / "1.png" if (more / "1.png").exists() else
                    next(more.glob("1.*")), more / "x.png")
        watch.until("indexed", path=str(more / "x.png"))
        assert place.one("forget", str(more)) == {"folder": str(more), "photos": N}
        assert place.one("forget", str(more), status=1)["error"]["code"] == "not-found"
        assert place.one("index", str(place.root / "nowhere"), status=1)["error"]["code"] == \
            "not-found"
        assert place.call("models", "use", "nothing", status=3)[0]["error"]["code"] == "no-model"
        assert place.call("retry")[0]["found"] == N
        place.call("search", "--type", "png", "--save", "Sharp")
        place.call("saved", "rename", "Sharp", "Drawn")
        assert [entry["name"] for entry in place.call("saved", "list")] == ["Drawn"]
        place.call("saved", "remove", "Drawn")
        assert place.call("saved", "list") == []
        watch.end()


def test_no_bus():
    """Without a bus the holder is named."""
    place = Place("no-bus")
    place.one("index", str(place.photos))
    with Watch(place) as watch:
        watch.until("up-to-date")
        error = place.one("index", status=3, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
        assert error["error"]["code"] == "locked", error
        assert str(watch.process.pid) in error["error"]["message"], error
        watch.end()


def bus_name(place):
    """The name under which somebody answers for the library."""
    listed = subprocess.run(
        ["gdbus", "call", "--session", "--dest", BUS, "--object-path", "/org/freedesktop/DBus",
         "--method", BUS + ".ListNames"], capture_output=True, check=True, text=True).stdout
    names = [word.strip("'[](), \n") for word in listed.split() if ".Library.l" in word]
    assert len(names) == 1, listed
    return names[0]


def send(name, method, *arguments):
    """Calls a method; its exit status and what it said."""
    done = subprocess.run(
        ["gdbus", "call", "--session", "--dest", name, "--object-path", PATH, "--method",
         "%s.%s" % (INTERFACE, method), "--", *arguments],
        capture_output=True, check=False, text=True, timeout=WAIT)
    return done.returncode, done.stdout + done.stderr


def test_hostile():
    """What comes over the bus is checked."""
    need_bus()
    if shutil.which("gdbus") is None:
        raise tap.Skip("gdbus is missing")
    place = Place("hostile")
    place.one("index", str(place.photos))
    with Watch(place) as watch:
        watch.until("up-to-date")
        name = bus_name(place)
        for method, *arguments in (
                ("Index", "[b'relative']", "0"), ("Index", "@aay []", "64"),
                ("Index", "[b'/%s']" % ("x" * 5000), "0"), ("Index", "[b'']", "0"),
                ("AddFolder", "b'../up'"), ("AddFolder", "b'/etc/passwd'"),
                ("ForgetFolder", "b'/'"), ("SetExclusions", "b'/'", "[b'*']"),
                ("SetExclusions", "b'%s'" % place.photos, "[b'//']"),
                ("UseModel", "'../../etc'", "0"), ("UndoModel",),
                ("SaveSearch", "' '", "'dog'"), ("SaveSearch", "'%s'" % ("x" * 20000), "'dog'"),
                ("RenameSearch", "1", "'x'"), ("RemoveSearch", "1"), ("RemoveModel", "''"), ("RemoveModel", "'starter'"),
                ("AddModel", "b'etc'"), ("AddModel", "b'/etc'"),
                ("Frobnicate",), ("Index", "'no list'", "0")):
            status, said = send(name, method, *arguments)
            assert status != 0 and "rror" in said, (method, arguments, said)
        assert place.one("status")["photos"] == N
        assert watch.process.poll() is None
        watch.end()


def test_hand_over():
    """The library is given up to who asks for it, and taken back."""
    need_bus()
    if shutil.which("gdbus") is None:
        raise tap.Skip("gdbus is missing")
    place = Place("hand-over")
    place.one("index", str(place.photos))
    with Watch(place) as watch:
        watch.until("up-to-date")
        assert send(bus_name(place), "Release")[0] == 0
        watch.until("released")
        assert read_write_connections(place.library) == []
        assert place.one("index")["unchanged"] == N  # by itself
        watch.until("watching")
        watch.until("up-to-date")
        # A second one waits for its turn.
        with Watch(place) as second:
            second.until("waiting")
            watch.end()
            second.until("watching")
            second.until("up-to-date")
            second.end()


def test_holder_is_named():
    """What is not done for others says who has the library: a repair, and a second watch."""
    need_bus()
    place = Place("named")
    place.one("index", str(place.photos))
    with Watch(place) as watch:
        watch.until("up-to-date")
        error = place.one("check", "--repair", status=3)["error"]
        assert error["code"] == "locked", error
        assert str(watch.process.pid) in error["message"], error
        assert "inkling-cli" in error["message"], error
        assert place.one("check")["ok"]  # looking is free
        with Watch(place, "--when", "mains") as second:
            event = second.until("waiting")[-1]
            assert "inkling-cli" in event["message"], event
            watch.end()
            second.until("up-to-date")  # by the rule of its own
            second.end()


def test_killed():
    """After kill -9 the next process has the library at once."""
    place = Place("killed")
    with Watch(place) as watch:
        watch.until("up-to-date")
        watch.process.kill()
        watch.process.wait()
    assert place.one("index", str(place.photos))["indexed"] == N
    assert place.one("check")["ok"]


def test_when():
    place = Place("when")
    error = subprocess.run([CLI, "watch", "--when", "sometimes"], env=place.environment,
                           capture_output=True, check=False)
    assert error.returncode == 2, error
    with Watch(place, "--when", "mains") as watch:
        watch.until("up-to-date")
        watch.end()


def test_limit():
    """Where the kernel refuses to watch a folder, that is told."""
    place = Place("limit")
    place.one("index", str(place.photos))
    for i in range(5):
        (place.photos / str(i)).mkdir()
    script = "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$@\""
    probe = subprocess.run(["unshare", "-r", "sh", "-c", script, "sh", "true"],
                           capture_output=True, check=False)
    if probe.returncode != 0:
        raise tap.Skip("the kernel's limit can't be set here")
    with subprocess.Popen(["unshare", "-r", "sh", "-c", script, "sh", CLI, "watch", "--json"],
                          stdout=subprocess.PIPE, env=place.environment) as process:
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "limit":
                break
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0
    assert event["watched"] == 3 and event["refused"] == 3, event
    assert event["limit"] > 0, event


DRIVE = """
set -e
mkdir -p "$1/photos/usb"
mount -t tmpfs drive-one "$1/photos/usb"
cp "$1"/photos/small-97x61.png "$1/photos/usb/on-drive.png"
"$2" index --json "$1/photos"
umount "$1/photos/usb"
"$2" index --json
"$2" status --json
mount -t tmpfs drive-two "$1/photos/usb"
cp "$1"/photos/noise-200x150.png "$1/photos/usb/other.png"
"$2" index --json
umount "$1/photos/usb"
mkdir "$1/photos/second"
mount --bind "$1/photos/first" "$1/photos/second"
"$2" index --json
"""


def test_mounts():
    """Real mounts below a folder: a drive that is unplugged, another in its place, a bind mount."""
    place = Place("mounts")
    (place.photos / "first").mkdir()
    shutil.copy(place.photos / "rings-900x1200.jpg", place.photos / "first")
    probe = subprocess.run(["unshare", "-rm", "sh", "-c", "mount -t tmpfs none \"$1\"", "sh",
                            str(place.root)], capture_output=True, check=False)
    if probe.returncode != 0:
        raise tap.Skip("nothing can be mounted here")
    done = subprocess.run(["unshare", "-rm", "bash", "-c", DRIVE, "bash", str(place.root), CLI],
                          capture_output=True, check=False, env=place.environment)
    assert done.returncode == 0, done
    first, unplugged, status, other, bound = [json.loads(line)
                                              for line in done.stdout.splitlines()]
    assert first["indexed"] == N + 2, first
    assert unplugged["unchanged"] == N + 1 and unplugged["removed"] == 0, unplugged
    assert status["folders"][0]["away"] == 1 and not status["folders"][0]["offline"], status
    assert status["photos"] == N + 2, status
    assert other["indexed"] == 1 and other["removed"] == 0, other
    assert bound["found"] == N + 1 and bound["removed"] == 0, bound


def main():
    tests = [(name[5:].replace("_", " "), function) for name, function in globals().items()
             if name.startswith("test_")]
    try:
        tap.run(tests)
    finally:
        shutil.rmtree(ROOT)


main()
