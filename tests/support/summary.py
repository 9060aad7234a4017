#!/usr/bin/env python3
"""Prints what each test program's cases came to, and the closing line: summary.py JUNIT STATUS

STATUS is the test runner's exit status: where it failed and no case did, the run itself did.
"""
import sys
import xml.etree.ElementTree as ET


def count(suite):
    """Passed, failed and skipped cases of one test program."""
    cases = suite.findall("testcase")
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    failed = sum(1 for case in cases
                 if case.find("failure") is not None or case.find("error") is not None)
    # A program that dies says so beside its cases.
    if suite.find("failure") is not None or (suite.get("errors", "0") != "0" and not failed):
        failed += 1
    return len(cases) - skipped - failed, failed, skipped



def main():
    path, status = sys.argv[1], int(sys.argv[2])
    total = [0, 0, 0]
    for suite in ET.parse(path).getroot().iter("testsuite"):
        counts = count(suite)
        total = [a + b for a, b in zip(total, counts)]
        print("%-44s %4d passed, %d failed, %d skipped" % (suite.get("name"), *counts))
        for case in suite.findall("testcase"):
            skipped = case.find("skipped")
            if skipped is not None:
                reason = skipped.get("message") or (skipped.text or "").strip()
                print("    skipped: %s%s" % (case.get("name"), ": " + reason if reason else ""))
    if status != 0 and total[1] == 0:
        total[1] = 1
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
