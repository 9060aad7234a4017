#!/usr/bin/env python3
"""The programs as the loader sees them: hardened.py SANITIZERS PROGRAM…

Each is a position-independent executable whose relocations are read-only once it runs, whose stack
can't be executed, and that guards its stack. Functions that copy are called in their checked variants
where the compiler can't tell by itself that they stay within bounds: by most programs at some place.
"""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402


def read(option, program):
    done = subprocess.run(["readelf", "-W", option, program], capture_output=True, text=True,
                          check=True)
    return done.stdout


def get_test(program):
    def test():
        assert re.search(r"Type:\s+DYN", read("-h", program)), "no position-independent executable"
        segments = read("-l", program)
        assert "GNU_RELRO" in segments, "no read-only relocations"
        stack = re.search(r"GNU_STACK.*", segments)
        assert stack and "RWE" not in stack.group(0), "the stack can be executed"
        assert re.search(r"\(FLAGS.*(BIND_)?NOW", read("-d", program)), "bound lazily"
        assert "TEXTREL" not in read("-d", program), "relocations in the code"
        assert "__stack_chk_fail" in read("-s", program), "no guard on the stack"
    return test


def test_fortify():
    if sys.argv[1] != "none":
        raise tap.Skip("sanitizers check copies themselves")
    symbols = "".join(read("-s", program) for program in PROGRAMS)
    assert re.search(r"__(mem|str|sn?printf|read|fprintf)\w*_chk\b", symbols), "no FORTIFY"


PROGRAMS = sys.argv[2:]

if __name__ == "__main__":
    tap.run([(Path(program).name, get_test(program)) for program in PROGRAMS] +
            [("checked copies", test_fortify)])
