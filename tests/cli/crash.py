#!/usr/bin/env python3
"""The program is killed at any moment: crash.py INKLING_CLI LOOPS [SEED]

kill -9 of indexing, migrating, changing the model, writing caches and repairing, in turn. Each time
the library opens, “check” is clean, and every photo that was committed is there; a run that is not
disturbed then makes of it what it would have made of it at once.
"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import pictures  # noqa: E402
import tap  # noqa: E402

CLI = sys.argv[1]
LOOPS = int(sys.argv[2])
RANDOM = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 20260101)
DATA = Path(os.environ["INKLING_TEST_DATA"])
ROOT = Path(tempfile.mkdtemp(prefix="inkling-crash-"))
PHOTOS = 40
MANY = 24000  # rows of embeddings: more than those that are kept in memory only

# What of a library does not depend on how often it was begun.
ROWS = """
SELECT photos.path, size, state, hex (content_key), width, height, type, taken, phash, colour,
       image_size, preprocessing, precision, hex (vector)
FROM photos LEFT JOIN embeddings ON photo = photos.id LEFT JOIN spaces ON spaces.id = space
ORDER BY 1, 11"""


class Place:
    """A home of its own; a copy of another one's where that is given."""

    def __init__(self, name, other=None):
        self.root = ROOT / name
        shutil.rmtree(self.root, ignore_errors=True)
        if other:
            shutil.copytree(other.root, self.root)
        else:
            self.root.mkdir()
        self.photos = ROOT / "photos"
        self.library = self.root / "data" / "inkling"
        self.database = self.library / "library.db"
        self.cache = self.root / "cache" / "inkling"
        self.environment = dict(
            os.environ, HOME=str(self.root), XDG_DATA_HOME=str(self.root / "data"),
            XDG_CACHE_HOME=str(self.root / "cache"), XDG_CONFIG_HOME=str(self.root / "config"),
            XDG_RUNTIME_DIR=str(self.root))

    def start(self, *arguments):
        return subprocess.Popen([CLI, *arguments, "--json", "--quiet"], env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def call(self, *arguments, allowed=(0,)):
        """Runs the program to its end; its stdout, and how long that took."""
        begin = time.monotonic()
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode in allowed, (arguments, process.returncode, out, err)
        return out, time.monotonic() - begin

    def read(self, sql):
        """Reads the database as a second process does; None while there is none."""
        try:
            connection = sqlite3.connect("file:%s?mode=ro" % self.database, uri=True, timeout=10)
        except sqlite3.DatabaseError:
            return None
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.DatabaseError:
            return None
        finally:
            connection.close()

    def paths(self):
        return set(self.read("SELECT path FROM photos") or [])

    def rows(self):
        return self.read(ROWS)

    def kill(self, longest, *arguments):
        """Starts the program and kills it at some time before it would end. Returns: the photos
        that another process has seen in the library by then."""
        seen = self.paths()
        process = self.start(*arguments)
        end = time.monotonic() + RANDOM.uniform(0, longest)
        while time.monotonic() < end and process.poll() is None:
            seen |= self.paths()
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return seen

    def expect_sound(self, seen):
        out, _ = self.call("check", allowed=(0, 3))
        if b"older version" in out:  # killed between two steps of its making: it is empty yet
            assert not seen and not self.paths(), (seen, self.paths())
            return
        assert b'"ok":true' in out.replace(b" ", b""), out
        assert seen <= self.paths(), seen - self.paths()


def make_photos():
    (ROOT / "photos").mkdir()
    for seed in range(PHOTOS):
        (ROOT / "photos" / ("%02d.png" % seed)).write_bytes(pictures.png(seed))
    (ROOT / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")


def repeat(kind, loops, begin, kill, finish):
    """@kill is called LOOPS times on a place that @begin makes, and that is begun anew after each
    third time, when @finish has looked at what has become of it."""
    place = None
    for loop in range(loops):
        place = place or begin()
        kill(place)
        if loop % 3 == 2 or loop == loops - 1:
            finish(place)
            place = None
    print("# %d times %s" % (loops, kind))


class Kinds:
    """What an undisturbed program makes, and how long it takes."""

    def __init__(self):
        make_photos()
        self.whole = Place("whole")
        _, self.index_time = self.whole.call("index", str(self.whole.photos))
        self.index_rows = self.whole.rows()
        assert len(self.index_rows) == PHOTOS + 1
        self.changed = Place("changed", self.whole)
        self.changed.call("models", "use", "starter", "--image-size", "160")
        _, self.change_time = self.changed.call("index")
        self.change_rows = self.changed.rows()
        assert len(self.change_rows) == 2 * PHOTOS + 1

    def index(self, loops):
        def kill(place):
            place.expect_sound(place.kill(self.index_time, "index", str(place.photos)))

        def finish(place):
            place.call("index", str(place.photos))
            place.expect_sound(set())
            assert place.rows() == self.index_rows

        repeat("while indexing", loops, lambda: Place("index"), kill, finish)

    def change(self, loops):
        def begin():
            place = Place("change", self.whole)
            place.call("models", "use", "starter", "--image-size", "160")
            return place

        def kill(place):
            seen = place.kill(self.change_time, "index")
            place.expect_sound(seen)
            # Whichever embeddings are in use, all photos are found.
            out, _ = place.call("search", "colours", "--all", "--no-group")
            assert out.count(b'"rank"') == PHOTOS, out

        def finish(place):
            place.call("index")
            place.expect_sound(set())
            assert place.rows() == self.change_rows
            place.call("models", "undo")
            place.call("models", "undo")
            place.call("models", "confirm")
            place.expect_sound(set())

        repeat("while changing the model", loops, begin, kill, finish)

    def migrate(self, loops):
        scripts = sorted((DATA / "store").glob("*.sql"))

        def begin():
            place = Place("migrate")
            place.library.mkdir(parents=True, mode=0o700)
            connection = sqlite3.connect(place.database)
            connection.executescript(RANDOM.choice(scripts).read_text())
            connection.close()
            return place

        def kill(place):
            seen = place.paths()
            assert seen
            # Most of the time goes into the start of the program.
            place.kill(0.1, "check", "--repair")
            place.call("check", "--repair")
            place.expect_sound(seen)

        repeat("while migrating", loops, begin, kill, lambda place: None)

    def repair(self, loops):
        def begin():
            place = Place("repair", self.whole)
            content = bytearray(place.database.read_bytes())
            page = 4096 * RANDOM.randrange(1, len(content) // 4096)
            content[page:page + 512] = bytes(RANDOM.randrange(256) for _ in range(512))
            place.database.write_bytes(content)
            return place

        def kill(place):
            place.kill(0.2, "check", "--repair")

        def finish(place):
            place.call("check", "--repair", allowed=(0, 1))  # 1: there was something to repair
            place.expect_sound(set())
            place.call("index", str(place.photos))
            place.expect_sound(set())
            assert place.rows() == self.index_rows

        repeat("while repairing", loops, begin, kill, finish)

    def cache(self, loops):
        large = Place("large", self.whole)
        connection = sqlite3.connect(large.database)
        connection.executescript("""
          CREATE TEMP TABLE numbers AS WITH RECURSIVE n (i) AS (
            SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n;
          INSERT INTO photos (folder, path, size, mtime_ns, device, inode, state, clock, phash)
            SELECT folder, CAST ('more-' || i AS BLOB), i, i, 1, i, 1, i, i FROM numbers, photos
            WHERE photos.id = (SELECT min (id) FROM photos WHERE state = 1);
          INSERT INTO embeddings (photo, space, precision, vector)
            SELECT p.id, e.space, e.precision, e.vector FROM photos AS p
            JOIN embeddings AS e ON e.photo = 1 + p.size %% 30
            WHERE p.path >= CAST ('more-' AS BLOB)""" % MANY)
        connection.commit()
        connection.close()
        search = ("search", "colours", "--limit", "20", "--no-group")
        expected, _ = large.call(*search)
        assert list((large.cache / "search").glob("*.rows")), "no file of embeddings was written"
        shutil.rmtree(large.cache)
        _, longest = large.call(*search)

        def begin():
            place = Place("cache", large)
            shutil.rmtree(place.cache)
            return place

        def kill(place):
            place.kill(longest, *search)

        def finish(place):
            out, _ = place.call(*search)
            assert out == expected
            place.expect_sound(set())
            left = [path for path in place.cache.rglob("*") if path.suffix == ".new"]
            assert not left, left

        repeat("while writing caches", loops, begin, kill, finish)


def main():
    kinds = None

    def get(name):
        def test():
            nonlocal kinds
            kinds = kinds or Kinds()
            getattr(kinds, name)(LOOPS // 5)
        return test

    try:
        tap.run([("kill -9: " + name, get(name))
                 for name in ("index", "change", "migrate", "repair", "cache")])
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)


if __name__ == "__main__":
    main()
