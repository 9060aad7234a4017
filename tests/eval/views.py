#!/usr/bin/env python3
"""What each view of a photo finds when the subject is at its side: views.py INKLING_CLI PHOTOS

PHOTOS has labelled photos as quality.py reads them. Each is put at the left or the right edge of a
wide canvas, or in its middle, and another photo, blurred, is the ground of it; the canvases are
indexed once for each view, and each label is asked for. Printed: how often a canvas of that label is
first, and among the first ten, and the time that indexing took. Needs Pillow (Debian: python3-pil).
"""
import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps

import quality

HEIGHT = 360
SUBJECT = 288  # its longer side
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def load(path):
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def make_canvas(subject, ground, ratio, place, chance):
    width = int(HEIGHT * ratio)
    canvas = ImageOps.fit(ground, (width, HEIGHT)).filter(ImageFilter.GaussianBlur(25))
    subject = ImageOps.contain(subject, (SUBJECT, SUBJECT))
    left = (width - subject.width) // 2
    if place == "edge":
        left = chance.choice((0, width - subject.width))
    canvas.paste(subject, (left, (HEIGHT - subject.height) // 2))
    return canvas


def make_canvases(paths, folder, ratio, place):
    """Writes a canvas for each photo. Returns: their labels by path"""
    chance, labels = random.Random(1), {}
    for i, (path, label) in enumerate(paths):
        ground = load(paths[(7 * i + 11) % len(paths)][0])
        to = Path(folder, "%05d.png" % i)
        make_canvas(load(path), ground, ratio, place, chance).save(to)
        labels[str(to)] = label
    return labels


def measure(options, view, folder, labels):
    with tempfile.TemporaryDirectory(prefix="inkling-views-") as home:
        options.view = view
        library = quality.Library(options, home)
        begin = time.monotonic()
        library.call("index", folder)
        seconds = time.monotonic() - begin
        first = ten = 0
        for label in sorted(set(labels.values())):
            hits = library.call("search", label, "--all", "--no-group", "--limit", 10)
            found = [labels[hit["path"]] == label for hit in hits]
            first += found[0]
            ten += any(found)
    n = len(set(labels.values()))
    return first / n, ten / n, seconds / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cli")
    parser.add_argument("photos")
    parser.add_argument("--ratio", type=float, action="append", help="of the canvases (1.5, 2)")
    parser.add_argument("--place", choices=("edge", "middle"), default="edge")
    parser.add_argument("--most", type=int, default=0, help="only so many photos")
    for name in ("--model", "--image-size", "--precision", "--threads"):
        parser.add_argument(name)
    options = parser.parse_args()
    top = Path(options.photos).resolve()
    paths = [(path, quality.split_name(path, top)[0]) for path in sorted(top.rglob("*"))
             if path.suffix.lower() in SUFFIXES]
    if not paths:
        sys.exit("There are no photos in %s" % top)
    print("| canvas | view | first | of the first ten | ms a photo |\n|---|---|---|---|---|")
    for ratio in options.ratio or (1.5, 2.0):
        with tempfile.TemporaryDirectory(prefix="inkling-canvases-") as folder:
            labels = make_canvases(paths[:options.most or None], folder, ratio, options.place)
            for view in ("centre", "whole", "squares"):
                row = measure(options, view, folder, labels)
                print("| %.2f:1, %s | %s | %.3f | %.3f | %.1f |" % (ratio, options.place, view, row[0], row[1],
                                                              1000 * row[2]), flush=True)


main()
