"""tap.py: runs test functions and tells the results in TAP, for tests that drive whole programs."""
import sys
import traceback


class Skip(Exception):
    """Raised by a test that has nothing to compare with, with the reason."""


def run(tests):
    """Runs (name, function) pairs in order; exits with 1 where one failed."""
    print("1..%d" % len(tests))
    failed = False
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print("ok %d - %s" % (number, name))
        except Skip as reason:
            print("ok %d - %s # SKIP %s" % (number, name, reason))
        except Exception:  # whatever it is, the other tests still run
            failed = True
            print("not ok %d - %s" % (number, name))
            for line in traceback.format_exc().splitlines():
                print("# " + line)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
