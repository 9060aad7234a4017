#!/usr/bin/env python3
"""The rate of indexing beside that of its parts: pipeline.py [--cli PATH] [--photos FOLDER]

For maintainers, on a machine that does nothing else. Makes JPEGs of 12 and 24 megapixels of real
photos (those that tests/run unpacks from Debian's packages, or others) with ImageMagick, and times in
turn, in each round: the engine alone (batches of eight), the decoder alone (a helper for each
processor) and indexing into a new library, with the one square a photo that the engine alone has.
Prints the medians, and indexing as a share of the slower of its parts, and of what both parts reach
where they share the processors: 1 / (1/decoder + 1/engine).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
SIZES = ("4000x3000", "6000x4000")


def make_photos(source, folder, count):
    """The photos that there are, at those sizes; mirrored the second time."""
    originals = sorted(p for p in Path(source).iterdir() if p.suffix in (".jpg", ".png"))
    if not originals:
        sys.exit("%s has no photos" % source)
    folder.mkdir()
    for i in range(count):
        size = SIZES[i % len(SIZES)]
        turned = ["-flop"] if i // len(originals) % 2 else []
        subprocess.run(
            ["convert", str(originals[i % len(originals)]), *turned, "-alpha", "off", "-resize",
             size + "^", "-gravity", "center", "-extent", size, "-quality", "92",
             str(folder / ("%d.jpg" % i))],
            check=True)


def call(cli, arguments, root=None):
    environment = dict(os.environ)
    if root is not None:
        environment.update(XDG_DATA_HOME=str(root / "data"), XDG_CACHE_HOME=str(root / "cache"))
    done = subprocess.run([str(cli), "--json", *arguments], stdout=subprocess.PIPE, check=True,
                          stderr=subprocess.DEVNULL, env=environment)
    return json.loads(done.stdout)["images_per_second"]


def measure(arguments, photos, rates):
    model = ["--model", arguments.model] if arguments.model else []
    rates["engine"].append(call(arguments.cli, ["bench", "--image", "--batch", "8", "--seconds",
                                                "1", *model]))
    rates["decoder"].append(call(arguments.cli, ["bench", "--decode", str(photos), "--seconds",
                                                 "0", *model]))
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as root:
        rates["indexing"].append(call(arguments.cli, ["index", str(photos), "--view", "centre",
                                                      *model], Path(root)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cli", default=TOP / "build/tests/app/cli/inkling-cli")
    parser.add_argument("--photos", default=TOP / "build/photos", help="where the originals are")
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="makes the JPEGs in this folder, or takes those "
                        "that it has")
    parser.add_argument("--model", help="instead of the starter model")
    arguments = parser.parse_args()
    rates = {"engine": [], "decoder": [], "indexing": []}
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        photos = arguments.keep or Path(name) / "photos"
        if not photos.exists():
            make_photos(arguments.photos, photos, arguments.count)
        sizes = [p.stat().st_size for p in photos.iterdir()]
        print("%d JPEGs of %s, %.1f MB each" %
              (len(sizes), " and ".join(SIZES), statistics.mean(sizes) / 1e6))
        for _ in range(arguments.rounds):
            measure(arguments, photos, rates)
    medians = {part: statistics.median(values) for part, values in rates.items()}
    for part, median in medians.items():
        print("%-9s %7.1f a second" % (part, median))
    slower = min(medians["engine"], medians["decoder"])
    shared = 1 / (1 / medians["engine"] + 1 / medians["decoder"])
    print("indexing  %7.2f of the slower part, %.2f of both on shared processors" %
          (medians["indexing"] / slower, medians["indexing"] / shared))


main()
