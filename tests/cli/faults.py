#!/usr/bin/env python3
"""The program on a machine that fails: faults.py INKLING_CLI FAIL_IO_LIBRARY all|some

Each read, write and sync of the library's and the caches' files fails in turn, once and for ever, as on
a broken and on a full disk; files vanish, change and lose their permissions while they are indexed; the
database is busy; the clock jumps. The program ends by itself with a message and a status of its own, and
the next one, undisturbed, finds all that was committed and makes of it what it would have made at once.
"""
import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import pictures  # noqa: E402
import tap  # noqa: E402

CLI = sys.argv[1]
LIBRARY = str(Path(sys.argv[2]).resolve())
ALL = sys.argv[3] == "all"
RANDOM = random.Random(20260101)
ROOT = Path(tempfile.mkdtemp(prefix="inkling-faults-"))
PHOTOS = 12
SANITIZED = subprocess.run(["ldd", CLI], capture_output=True, text=True,
                           check=False).stdout.count("libasan") > 0


class Place:
    """A home of its own; a copy of another one's where that is given."""

    def __init__(self, name, other=None):
        self.root = ROOT / name
        shutil.rmtree(self.root, ignore_errors=True)
        if other:
            shutil.copytree(other.root, self.root)
        else:
            self.root.mkdir()
        self.photos = self.root / "photos"
        self.database = self.root / "data" / "inkling" / "library.db"
        self.environment = dict(
            os.environ, HOME=str(self.root), XDG_DATA_HOME=str(self.root / "data"),
            XDG_CACHE_HOME=str(self.root / "cache"), XDG_CONFIG_HOME=str(self.root / "config"),
            XDG_RUNTIME_DIR=str(self.root))

    def call(self, *arguments, **environment):
        """Runs the program. Returns: its exit status and what it wrote."""
        done = subprocess.run([CLI, *arguments, "--json", "--quiet"], capture_output=True, timeout=300,
                              check=False, env=dict(self.environment, **environment))
        # Ended by itself, not by a signal, and not by an assertion.
        assert 0 <= done.returncode <= 3, (arguments, done.returncode, done.stdout, done.stderr)
        assert done.returncode != 3 or b"message" in done.stdout, done.stdout
        return done.returncode, done.stdout

    def succeed(self, *arguments, **environment):
        status, out = self.call(*arguments, **environment)
        assert status == 0, (arguments, status, out)
        return out

    def rows(self):
        connection = sqlite3.connect("file:%s?mode=ro" % self.database, uri=True)
        try:
            return connection.execute(
                "SELECT photos.path, state, hex (content_key), hex (vector) FROM photos"
                " LEFT JOIN embeddings ON photo = photos.id ORDER BY 1").fetchall()
        finally:
            connection.close()

    def expect_sound(self):
        out = self.succeed("check")
        assert b'"ok":true' in out.replace(b" ", b""), out
        left = list(self.database.parent.glob("library.db.damaged*"))
        assert not left, left


def make_place(name):
    place = Place(name)
    place.photos.mkdir()
    for seed in range(PHOTOS):
        (place.photos / ("%02d.png" % seed)).write_bytes(pictures.png(seed))
    return place


def get_whole(cache=[]):
    """What an undisturbed program makes."""
    if not cache:
        place = make_place("whole")
        place.succeed("index", str(place.photos))
        assert len(place.rows()) == PHOTOS
        cache.append(place)
    return cache[0]


def preload(**settings):
    settings = {"INK_FAIL_" + key: str(value) for key, value in settings.items()}
    return dict(settings, LD_PRELOAD=LIBRARY)


def fail_each(begin, command, finish, **settings):
    """@command of a place that @begin makes, with each of its calls failing in turn."""
    if SANITIZED:
        raise tap.Skip("AddressSanitizer wants to be the first library")
    place = begin()
    count = ROOT / "count"
    count.write_text("0")
    command(place, preload(COUNT=count, **settings))
    calls = int(count.read_text())
    assert calls > 0
    places = range(calls) if ALL else sorted(RANDOM.sample(range(calls), min(calls, 4)))
    for after in places:
        for more in ({}, {"ON": 1}):
            place = begin()
            command(place, preload(AFTER=after, **settings, **more))
            finish(place)
    print("# %d calls, %d of them failed in turn" % (calls, len(places)))


def fail_indexing(calls, error):
    whole = get_whole()

    def command(place, environment):
        place.call("index", str(place.photos), **environment)

    def finish(place):
        # Brings up to date what may have stopped between two versions.
        place.succeed("check", "--repair")
        place.expect_sound()
        place.succeed("index", str(place.photos))
        place.expect_sound()
        assert place.rows() == whole.rows()

    fail_each(lambda: make_place("index"), command, finish, CALLS=calls, ERROR=error,
              PATH="/data/inkling/library.db")


def test_full_disk():
    fail_indexing("w", errno.ENOSPC)


def test_broken_disk():
    fail_indexing("ws", errno.EIO)


def test_unreadable_disk():
    fail_indexing("r", errno.EIO)


def test_caches():
    """The caches can't be written, or not be read: that costs time alone."""
    whole = get_whole()
    search = ("search", "colours", "--all", "--no-group")
    expected = [line.split(b'"score"')[1][:12] for line in whole.succeed(*search).splitlines()]

    def begin():
        place = Place("caches", whole)
        shutil.rmtree(place.root / "cache")
        return place

    def command(place, environment):
        status, out = place.call(*search, **environment)
        assert status == 0, out
        assert [line.split(b'"score"')[1][:12] for line in out.splitlines()] == expected

    fail_each(begin, command, lambda place: None, CALLS="ws", ERROR=errno.ENOSPC,
              PATH="/cache/inkling/")


def test_thumbnails():
    def command(place, environment):
        place.succeed("index", str(place.photos), **environment)

    def finish(place):
        place.expect_sound()
        assert place.rows() == get_whole().rows()

    fail_each(lambda: make_place("thumbnails"), command, finish, CALLS="ws", ERROR=errno.ENOSPC,
              PATH="/cache/inkling/thumbnails")


def test_changing_files():
    """Files change, vanish and lose their permissions while they are indexed."""
    for seed in range(10 if ALL else 2):
        place = make_place("changing")
        rand = random.Random(seed)
        done = threading.Event()

        def disturb():
            while not done.is_set():
                path = place.photos / ("%02d.png" % rand.randrange(PHOTOS))
                what = rand.randrange(4)
                if what == 0:
                    path.unlink(missing_ok=True)
                elif what == 1:
                    path.write_bytes(pictures.png(rand.randrange(PHOTOS)))
                elif what == 2 and path.exists():
                    path.chmod(0)
                elif path.exists():
                    os.truncate(path, rand.randrange(200))
                time.sleep(0.001)

        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            for _ in range(3):
                place.succeed("index", str(place.photos))
        finally:
            done.set()
            thread.join()
        for seed in range(PHOTOS):
            path = place.photos / ("%02d.png" % seed)
            path.unlink(missing_ok=True)
            path.write_bytes(pictures.png(seed))
        # Size and time could by chance be those of before.
        place.succeed("index", str(place.photos))
        place.succeed("retry")
        place.expect_sound()
        assert place.rows() == get_whole().rows()


def test_folder_away():
    """A folder that can't be seen any more, as that of a drive: what it had stays known."""
    place = make_place("away")
    place.succeed("index", str(place.photos))
    place.photos.rename(place.root / "elsewhere")
    place.call("index")
    assert place.rows() == get_whole().rows()
    place.expect_sound()
    (place.root / "elsewhere").rename(place.photos)
    place.succeed("index")
    assert place.rows() == get_whole().rows()


def test_busy_database():
    """Somebody else holds SQLite's own lock: an error that says so, and nothing is lost."""
    place = make_place("busy")
    place.succeed("index", str(place.photos))
    (place.photos / "new.png").write_bytes(pictures.png(99))
    connection = sqlite3.connect(place.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    status, out = place.call("index")
    assert status == 3 and b"locked" in out, (status, out)
    connection.execute("ROLLBACK")
    connection.close()
    place.succeed("index")
    place.expect_sound()
    assert len(place.rows()) == PHOTOS + 1


def test_read_only():
    """A library that may not be written is read all the same."""
    if os.geteuid() == 0:
        raise tap.Skip("permissions do not hold for root (test-open.c tests it as somebody else)")
    place = Place("read-only", get_whole())
    folder = place.database.parent
    expected = place.rows()
    for path in (*folder.iterdir(), folder):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        status, out = place.call("index")
        assert status == 3 and b"read-only" in out, (status, out)
        assert place.succeed("search", "colours", "--all")
    finally:
        for path in (folder, *folder.iterdir()):
            path.chmod(path.stat().st_mode | 0o200)
    assert place.rows() == expected


def test_clock():
    """Files from the future and from before 1970: nothing depends on the order of times."""
    place = make_place("clock")
    for number, seconds in enumerate((0, 1, -1, 2 ** 33, 2 ** 31 - 1, 2 ** 31)):
        os.utime(place.photos / ("%02d.png" % number), (seconds, seconds))
    place.succeed("index", str(place.photos))
    out = place.succeed("index")
    assert b'"indexed":0' in out.replace(b" ", b""), out
    place.succeed("search", "colours", "--sort", "newest", "--all")
    place.expect_sound()
    assert place.rows() == get_whole().rows()


if __name__ == "__main__":
    try:
        tap.run([(name[5:].replace("_", " "), function) for name, function in list(globals().items())
                 if name.startswith("test_")])
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)
