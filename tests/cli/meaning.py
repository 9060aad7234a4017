#!/usr/bin/env python3
"""Whether the right photo comes first: meaning.py INKLING_CLI

Real photos that Debian's packages ship (the folder INKLING_TEST_PHOTOS, see tests/run) are indexed
with the starter model, and queries within what it knows must find them. Which photo that is was
read off the pictures, and off the reference implementation's own ranking.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402

CLI = sys.argv[1]
PHOTOS = os.environ.get("INKLING_TEST_PHOTOS")

# Query, and the photos of which one must come first.
QUERIES = [
    ("cat", "chelsea.png"),
    ("tabby", "chelsea.png"),
    ("a cup of coffee", "coffee.png"),
    ("espresso", "coffee.png"),
    ("drink", "coffee.png"),
    ("rocket", "rocket.jpg"),
    ("missile", "rocket.jpg"),
    ("motorcycle", "motorcycle_left.png motorcycle_right.png"),
    ("motorbike", "motorcycle_left.png motorcycle_right.png"),
    ("vehicle", "motorcycle_left.png motorcycle_right.png"),
    ("ladybug", "LadyBird.jpg"),
    ("beetle", "LadyBird.jpg"),
    ("tripod", "camera.png"),
    ("photographer", "camera.png"),
    ("flower", "YellowFlower.jpg FreshFlower.jpg"),
]


class Library:
    """The photos, indexed once in a home of their own."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="inkling-meaning-")
        home = self.folder.name
        self.environment = dict(os.environ, HOME=home, XDG_DATA_HOME=home + "/data",
                                XDG_CACHE_HOME=home + "/cache", XDG_RUNTIME_DIR=home)
        self.report = self.call("index", PHOTOS)[0]

    def call(self, *arguments):
        done = subprocess.run([CLI, *arguments, "--json"], stdout=subprocess.PIPE, check=True,
                              env=self.environment, timeout=600)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def names(self, *arguments):
        return [Path(hit["path"]).name for hit in self.call(*arguments)]


def main():
    if not PHOTOS or not Path(PHOTOS, "chelsea.png").exists():
        def skipped():
            raise tap.Skip("INKLING_TEST_PHOTOS names no folder with Debian's photos")
        tap.run([("photos of Debian's packages", skipped)])
    library = Library()

    def indexed():
        pictures = len([p for p in Path(PHOTOS).iterdir()])
        assert library.report["indexed"] == pictures and not library.report["failed"], library.report

    def first(query, wanted):
        names = library.names("search", query, "--all", "--limit", "3")
        assert names and names[0] in wanted.split(), (query, wanted, names)

    def picture():
        left = str(Path(PHOTOS, "motorcycle_left.png"))
        assert library.names("similar", left, "--no-group")[0] == "motorcycle_right.png"

    def negative():
        plain = library.names("search", "pet", "--all", "--limit", "2")
        without = library.names("search", "pet", "--not", "cat", "--all", "--limit", "2")
        assert plain[0] == "chelsea.png" and "chelsea.png" not in without, (plain, without)

    def both():
        """Words and a picture together: each has its say."""
        photo = str(Path(PHOTOS, "motorcycle_left.png"))
        words = library.names("search", "cat", "--like", photo, "--weight-text", "1", "--all")
        picture_only = library.names("search", "cat", "--like", photo, "--weight-text", "0", "--all")
        mixed = library.names("search", "cat", "--like", photo, "--all", "--no-group")
        assert words[0] == "chelsea.png" and "motorcycle" in picture_only[0]
        assert "chelsea.png" in mixed[:4] and any("motorcycle" in n for n in mixed[:4]), mixed[:6]

    tests = [("all photos are indexed", indexed)]
    tests += [("“%s” finds %s" % (query, wanted), lambda q=query, w=wanted: first(q, w))
              for query, wanted in QUERIES]
    tests += [("similar to one motorcycle is the other", picture),
              ("a negative pushes down", negative), ("words and a picture together", both)]
    tap.run(tests)


main()
