#!/usr/bin/env python3
"""Prints what each test program's cases came to, and the closing line: summary.py LOGS STATUS

LOGS is Meson's folder of logs: testlog.junit.xml has the cases, testlog.json how each program ended,
testlog.txt why some cases were skipped.

STATUS is the test runner's exit status: where it failed and no case did, the run itself did.
"""
import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def count(suite, died):
    """Passed, failed and skipped cases of one test program."""
    cases = suite.findall("testcase")
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    failed = sum(1 for case in cases
                 if case.find("failure") is not None or case.find("error") is not None)
    passed = len(cases) - skipped - failed
    # A program that dies leaves the cases that it came to.
    return passed, failed or int(died), skipped


def read_dead(path):
    """The programs that did not end well, as the report calls them."""
    with open(path, encoding="utf-8", errors="replace") as file:
        results = [json.loads(line) for line in file]
    return {result["name"] for result in results if result["result"] not in ("OK", "SKIP")}


def read(path):
    """The report; Meson copies what programs print into it, control characters and all."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return ET.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", file.read()))


def read_reasons(path):
    """Why cases were skipped, by their names."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return dict(re.findall(r"^ok [0-9]+ (?:- )?(.*?) # SKIP ?(.*)$", file.read(), re.M))


def main():
    logs, status = Path(sys.argv[1]), int(sys.argv[2])
    reasons = read_reasons(logs / "testlog.txt")
    dead = read_dead(logs / "testlog.json")
    total = [0, 0, 0]
    for suite in read(logs / "testlog.junit.xml").iter("testsuite"):
        counts = count(suite, any(suite.get("name").endswith(name) for name in dead))
        total = [a + b for a, b in zip(total, counts)]
        print("%-44s %4d passed, %d failed, %d skipped" % (suite.get("name"), *counts))
        for case in suite.findall("testcase"):
            if case.find("skipped") is not None:
                name = re.sub(r"^[0-9]+ ", "", case.get("name"))
                print("    skipped: %s: %s" % (name, reasons.get(name, "the log tells why")))
    if status != 0 and total[1] == 0:
        total[1] = 1
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
