#!/usr/bin/env python3
"""Times this engine and its peers in turn, in one run, and prints the table of README.md.

    tests/bench/compare.py MODEL-FOLDER [--cli PATH] [--python PATH] [--rounds N] [--seconds S]

For maintainers, on a machine that does nothing else. The peers need a virtual environment:

    python3 -m venv peers && peers/bin/pip install torch open_clip_torch timm onnx onnxruntime \\
        openvino nncf
    tests/bench/compare.py --python peers/bin/python MODEL-FOLDER

In each round every engine is timed for some seconds, one after the other, while the others sleep:
what else the host does then hits all of them. A figure is the median over all rounds. The peers
read a text at the model's full context, since that is how they are exported; this engine computes
the ten tokens of the query.
"""
import argparse
import contextlib
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRECISIONS = ("f32", "bf16", "int8")
PEERS = {"torch": "PyTorch", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}
MODULES = ("torch", "open_clip", "timm", "onnx", "onnxruntime", "openvino", "nncf")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", metavar="MODEL-FOLDER")
    parser.add_argument("--cli", default=HERE.parents[1] / "build/tests/app/cli/inkling-cli",
                        help="the inkling-cli to time (default: that of tests/run)")
    parser.add_argument("--python", default=sys.executable,
                        help="the Python that has the peers (default: this one)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2, help="for each engine in each round")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", help="a file for all the times")
    return parser.parse_args()


def peer_environment():
    """Peers choose their own kernels: what holds OpenBLAS to others here is not meant for them."""
    return {key: value for key, value in os.environ.items()
            if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


def check_modules(python):
    code = f"import importlib.util as u; print(*[m for m in {MODULES!r} if not u.find_spec(m)])"
    try:
        done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{python}: {error}")
    if done.stdout.strip():
        packages = done.stdout.strip().replace("open_clip", "open_clip_torch")
        sys.exit(f"{python} lacks {packages}: install them with\n"
                 f"  {python} -m pip install {packages}\nor see --help for an environment.")


class Peer:
    """A process of peers.py."""

    def __init__(self, kind, arguments, work):
        self.label = PEERS[kind]
        command = [arguments.python, HERE / "peers.py", kind, arguments.folder, work,
                   str(arguments.threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=peer_environment())
        hello = self.read()
        self.engines, self.version = hello["engines"], hello["version"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.label} has failed, see above")
        return json.loads(line)

    def measure(self, engine, seconds):
        print(engine, seconds, file=self.process.stdin, flush=True)
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Engine:
    """This engine at one precision."""

    def __init__(self, arguments, precision, library):
        self.command = [arguments.cli, "--library", library, "--model", arguments.folder,
                        "--threads", str(arguments.threads), "--precision", precision, "--json",
                        "bench"]
        self.peaks = []
        self.isa = ""

    def measure(self, tower, seconds):
        """The median of a process's runs; None where this processor has no such precision."""
        done = subprocess.run([*self.command, f"--{tower}", "--seconds", str(seconds)],
                              capture_output=True, text=True, check=False)
        row = json.loads(done.stdout.splitlines()[0]) if done.stdout else {}
        if "median_s" not in row:
            return None
        self.isa = row["isa"]
        self.peaks.append((tower, row["gflops"] / row["peak_gflops"]))
        return [row["median_s"]]

    def share(self, tower):
        return statistics.median(share for name, share in self.peaks if name == tower)


def tower_and_precision(name):
    return tuple(name.split(" ", 2)[:2])


def run_rounds(arguments, engines, peers):
    """Times by (who, name)."""
    times = {}
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
        for tower in ("image", "text"):
            for precision in PRECISIONS:
                got = engines[precision].measure(tower, arguments.seconds)
                if got:
                    times.setdefault(("Inkling", f"{tower} {precision}"), []).extend(got)
                for peer in peers:
                    for name in peer.engines:
                        if tower_and_precision(name) == (tower, precision):
                            times.setdefault((peer.label, name), []).extend(
                                peer.measure(name, arguments.seconds))
    return times


def best(medians, who, tower, precision):
    """The fastest of a library's ways to do it; None where it has none."""
    return min((seconds for (label, name), seconds in medians.items()
                if label == who and tower_and_precision(name) == (tower, precision)), default=None)


def processor():
    with contextlib.suppress(OSError, StopIteration):
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line for line in lines if line.startswith("model name")).split(":")[1].strip()
    return platform.machine()


def print_table(arguments, times, engines, peers):
    medians = {key: statistics.median(value) for key, value in times.items()}
    labels = [peer.label for peer in peers]
    versions = ", ".join(f"{peer.label} {peer.version}" for peer in peers)
    isa = next((engine.isa for engine in engines.values() if engine.isa), "")
    print(f"{processor()} ({isa}), {arguments.threads} threads, "
          f"{datetime.date.today().isoformat()}; {versions}; "
          f"medians of {arguments.rounds} rounds in turn.\n")
    print("| | Inkling | of the peak | " + " | ".join(labels) + " | best peer ÷ Inkling |")
    print("|---|" + "---|" * (len(labels) + 3))
    for tower in ("image", "text"):
        for precision in PRECISIONS:
            own = best(medians, "Inkling", tower, precision)
            theirs = [best(medians, label, tower, precision) for label in labels]
            if own is None:
                continue
            fastest = min((seconds for seconds in theirs if seconds), default=None)
            cells = [f"{tower} {precision}", f"{own * 1e3:.1f} ms",
                     f"{engines[precision].share(tower):.2f}",
                     *(f"{seconds * 1e3:.1f} ms" if seconds else "–" for seconds in theirs),
                     f"{fastest / own:.2f}" if fastest else "–"]
            print("| " + " | ".join(cells) + " |")


def main():
    arguments = parse_arguments()
    if not Path(arguments.cli).exists():
        sys.exit(f"{arguments.cli} is not there: run tests/run, or name another with --cli")
    check_modules(arguments.python)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as work:
        print("preparing the peers: some minutes", file=sys.stderr)
        subprocess.run([arguments.python, HERE / "peers.py", "export", arguments.folder, work,
                        str(arguments.threads)], check=True, env=peer_environment())
        peers = [Peer(kind, arguments, work) for kind in PEERS]
        engines = {precision: Engine(arguments, precision, Path(work) / "library")
                   for precision in PRECISIONS}
        times = run_rounds(arguments, engines, peers)
        print_table(arguments, times, engines, peers)
        for peer in peers:
            peer.close()
        if arguments.json:
            rows = [{"who": who, "name": name, "seconds": value}
                    for (who, name), value in times.items()]
            Path(arguments.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")


main()
