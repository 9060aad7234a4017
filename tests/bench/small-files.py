#!/usr/bin/env python3
"""Whether indexing takes more memory for more photos: small-files.py [--cli PATH] [--counts N,N]

For maintainers: makes so many small pictures, each another one, indexes them in a library of its own,
then once more with nothing to do, and prints the program's own peak of resident memory (VmHWM; the
decoder's helpers are processes of their own, replaced after 500 pictures). Takes some minutes.
"""
import argparse
import json
import os
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIDE = 32
PER_FOLDER = 500


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I",
                                                                    zlib.crc32(kind + data))


def make_png(number):
    """A picture whose pixels say its number."""
    row = b"\0" + struct.pack(">I", number * 2654435761 % 2**32)[:3] * SIDE
    pixels = zlib.compress(row * (SIDE - 1) + b"\0" + struct.pack(">I", number) * 24, 1)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def make_photos(folder, count):
    for number in range(count):
        if number % PER_FOLDER == 0:
            inner = folder / str(number // PER_FOLDER)
            inner.mkdir(parents=True)
        (inner / ("%d.png" % number)).write_bytes(make_png(number))


def get_peak(pid):
    try:
        status = Path("/proc/%d/status" % pid).read_text()
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) if "VmHWM:" in status else 0


def index(cli, root, folder):
    """Indexes a folder. The report, and the peak in KiB."""
    environment = dict(os.environ, XDG_DATA_HOME=str(root / "data"),
                       XDG_CACHE_HOME=str(root / "cache"))
    peak = 0
    with subprocess.Popen([str(cli), "index", "--json", "--quiet", str(folder)],
                          stdout=subprocess.PIPE, env=environment) as process:
        while process.poll() is None:
            peak = max(peak, get_peak(process.pid))
            time.sleep(0.05)
        return json.loads(process.stdout.read()), peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cli", default=HERE.parents[1] / "build/tests/app/cli/inkling-cli")
    parser.add_argument("--counts", default="10000,100000")
    arguments = parser.parse_args()
    peaks = []
    for count in map(int, arguments.counts.split(",")):
        with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
            root = Path(name)
            make_photos(root / "photos", count)
            for run in ("first run", "nothing to do"):
                report, peak = index(arguments.cli, root, root / "photos")
                peaks.append(peak)
                print("%7d files, %-13s  %5.1f MiB at most, %7.1f s, %d indexed, %d failed" %
                      (count, run, peak / 1024, report["seconds"], report["indexed"],
                       report["failed"]), flush=True)
    if len(peaks) == 4:
        print("more files need %.2f times the memory, %.2f times with nothing to do" %
              (peaks[2] / peaks[0], peaks[3] / peaks[1]))


main()
