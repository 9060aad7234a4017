#!/usr/bin/env python3
"""Libraries that other versions of the program wrote: upgrade.py INKLING_CLI, as TAP

Older ones, a fixture for each version of the schema, go on in use with what was in them; a newer one
is refused by every command, which says what to do, and left as it is.
"""
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402
from place import IMAGES, Place  # noqa: E402

SCHEMAS = Path(__file__).resolve().parents[2] / "app" / "store" / "schema"
FIXTURES = Path(os.environ["INKLING_TEST_DATA"]) / "store"
NEWEST = len(list(SCHEMAS.glob("version-*.sql")))


def run_sql(place, sql):
    """Runs a script on the library's database; the version of its schema."""
    with closing(sqlite3.connect(place.library / "library.db")) as database:
        database.executescript(sql)
        return database.execute("PRAGMA user_version").fetchone()[0]


def make_library(fixture):
    """With the starter model, which the fixtures do not know, in place of theirs."""
    place = Place()
    place.library.mkdir(mode=0o700, parents=True)
    run_sql(place, fixture.read_text())
    run_sql(place, "DELETE FROM meta WHERE key IN ('active-model', 'active-space')")
    return place


def test_fixtures():
    """Each version of the schema has one."""
    wanted = [f"version-{number}.sql" for number in range(1, NEWEST + 1)]
    assert sorted(path.name for path in FIXTURES.glob("version-*.sql")) == sorted(wanted)


def get_test(number):
    def test():
        place = make_library(FIXTURES / f"version-{number}.sql")
        assert run_sql(place, "") == number
        if number < NEWEST:  # who only reads can't bring it up to date, and says what does
            error = place.error("search", "ball", status=3)
            assert "inkling-cli index" in error["message"], error
            assert run_sql(place, "") == number
        place.call("index", str(place.photos))
        assert run_sql(place, "") == NEWEST
        found = place.lines("search", "ball", "--all", "--limit", "1000", "--no-group")
        assert {Path(line["path"]).parent for line in found} == {place.photos}
        assert len(found) == len(list(IMAGES.iterdir()))
        # What was there before.
        folders = [folder["path"] for folder in place.one("status")["folders"]]
        assert folders == ["/home/ada/Pictures", str(place.photos)], folders
        assert [saved["name"] for saved in place.lines("saved", "list")] == ["Dogs"]
        assert [line["code"] for line in place.lines("failed")] == ["damaged"]
        assert place.one("check")["ok"]
        shutil.rmtree(place.root)
    return test


def test_newer():
    place = Place()
    place.call("index", str(place.photos))
    run_sql(place, f"PRAGMA user_version = {NEWEST + 1}")
    database = place.library / "library.db"
    before = database.read_bytes()
    for arguments in (["status"], ["search", "ball"], ["index", str(place.photos)], ["check"],
                      ["check", "--repair"], ["models", "use", "starter"], ["saved", "list"],
                      ["export"], ["forget", str(place.photos)]):
        error = place.error(*arguments, status=3)
        assert error["code"] == "library-newer", (arguments, error)
        for word in [f"schema {NEWEST + 1}", f"knows {NEWEST}", "update Inkling"]:
            assert word in error["message"], (arguments, error)
    assert database.read_bytes() == before
    # The update that was asked for.
    run_sql(place, f"PRAGMA user_version = {NEWEST}")
    assert place.lines("search", "ball", "--limit", "3")
    shutil.rmtree(place.root)


tap.run([("fixtures", test_fixtures),
         *((f"version {number}", get_test(number)) for number in range(1, NEWEST + 1)),
         ("newer", test_newer)])
