#!/usr/bin/env python3
"""Times this program's exact search and its peers in turn, in one run.

    python3 -m venv VENV; VENV/bin/pip install numpy faiss-cpu usearch
    VENV/bin/python tests/bench/compare-search.py [--rows N] [--threads N] [--rounds N] [--realtime]

Run from the build folder's parent; needs build/app/cli/inkling-cli. Each searches N random vectors of
640 numbers for the best 50 and finds the exact ones; FAISS's and usearch's quantised forms, which
do not, are named as approximate, with the share of the best 50 that they find. Prints a table in
Markdown with the medians of the rounds. With --realtime (as root) what is timed goes before all
other programs. Takes 6 GB of memory for a million rows.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

PARSER = argparse.ArgumentParser(usage=__doc__)
PARSER.add_argument("--rows", type=int, default=1_000_000)
PARSER.add_argument("--threads", type=int, default=os.cpu_count())
PARSER.add_argument("--rounds", type=int, default=3)
PARSER.add_argument("--realtime", action="store_true")
OPTIONS = PARSER.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)
os.environ["OMP_WAIT_POLICY"] = "passive"

import faiss  # noqa: E402
import numpy as np  # noqa: E402
from usearch.index import MetricKind, search as usearch  # noqa: E402

DIMS, LIMIT, RUNS = 640, 50, 5
PROGRAM = Path(__file__).resolve().parents[2] / "build/app/cli/inkling-cli"


@contextmanager
def undisturbed():
    if OPTIONS.realtime:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    try:
        yield
    finally:
        if OPTIONS.realtime:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def make_rows(rng):
    rows = np.empty((OPTIONS.rows, DIMS), np.float32)
    for start in range(0, OPTIONS.rows, 65536):
        block = rng.standard_normal((min(65536, OPTIONS.rows - start), DIMS), dtype=np.float32)
        rows[start:start + len(block)] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def numpy_top(rows, query):
    scores = rows @ query[0]
    best = np.argpartition(-scores, LIMIT)[:LIMIT]
    return best[np.argsort(-scores[best])]


def make_peers(rows, query):
    """Name, and a function that gives the best rows."""
    faiss.omp_set_num_threads(OPTIONS.threads)
    flat = faiss.IndexFlatIP(DIMS)
    flat.add(rows)
    scale = 127 / np.abs(rows[:10000]).max()
    to_bytes = lambda values: np.clip(np.rint(values * scale), -127, 127).astype(np.int8)  # noqa: E731
    rows8, query8 = to_bytes(rows), to_bytes(query)
    exact = {"exact": True, "threads": OPTIONS.threads}
    return {
        "NumPy, float32": lambda: numpy_top(rows, query),
        "FAISS flat, float32": lambda: flat.search(query, LIMIT)[1][0],
        "usearch exact, float32": lambda: usearch(rows, query, LIMIT, MetricKind.IP, **exact).keys,
        "usearch, int8 (approximate)":
            lambda: usearch(rows8, query8, LIMIT, MetricKind.IP, **exact).keys,
    }


def time_peer(function):
    with undisturbed():
        function()
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def time_program():
    command = [PROGRAM, "bench", "--search", str(OPTIONS.rows), "--threads", str(OPTIONS.threads),
               "--seconds", "0.3", "--json"]
    if OPTIONS.realtime:
        command = ["chrt", "-f", "50", *command]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def main():
    rng = np.random.default_rng(0)
    rows = make_rows(rng)
    query = rows[123:124] + 0.05 * rng.standard_normal((1, DIMS), dtype=np.float32)
    best = set(numpy_top(rows, query).tolist())
    peers = make_peers(rows, query)
    times, found, speeds = {}, {}, []
    for _ in range(OPTIONS.rounds):
        for result in time_program():
            name = "Inkling" + (", clustered vectors" if "clustered" in result["name"] else "")
            times.setdefault(name, []).append(result["median_s"])
            found[name] = 1.0
            speeds.append(result["peak_bytes_per_second"])
        for name, function in peers.items():
            times.setdefault(name, []).append(time_peer(function))
            found[name] = len(best & {int(key) for key in function()}) / LIMIT
        print(".", end="", flush=True, file=sys.stderr)
    ours = statistics.median(times["Inkling"])
    print(f"{OPTIONS.rows} x {DIMS}, best {LIMIT}, {OPTIONS.threads} threads; memory is read at "
          f"{statistics.median(speeds) / 1e9:.0f} GB/s; FAISS {faiss.__version__}, "
          f"NumPy {np.__version__}")
    print("| | ms | recall | times Inkling's |\n|---|---|---|---|")
    for name, rounds in times.items():
        median = statistics.median(rounds)
        print(f"| {name} | {median * 1e3:.1f} | {found[name]:.2f} | {median / ours:.1f} |")


main()
