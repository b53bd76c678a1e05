"""Runs the suites: python3 -m scripts.test.run [--only SUITE]…

The last line is `N passed, N failed`, added up from what each suite really ran.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass

from scripts.build import ROOT
from scripts.test.counting import Count, count
from scripts.test.suites import Suite, suites
from scripts.tools import ToolsUnavailable


@dataclass(frozen=True)
class Done:
    suite: Suite
    count: Count
    seconds: float


def main() -> int:
    known = suites()
    names = [suite.name for suite in known]
    parser = argparse.ArgumentParser(prog="./taskw test --", description="Runs every test and check.")
    parser.add_argument("--only", action="append", choices=names, metavar="SUITE", help=f"one of {', '.join(names)}; may be repeated")
    options = parser.parse_args()

    return report([run(suite) for suite in known if options.only is None or suite.name in options.only])


def report(done: list[Done]) -> int:
    """Prints the table and the sum; gives the exit code."""
    print(f"\n{'suite':<18}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for each in done:
        mark = "  FAILED" if each.count.failed else ""
        print(f"{each.suite.name:<18}{each.count.passed:>8}{each.count.failed:>8}{each.seconds:>9.0f}{mark}")
    passed, failed = sum(each.count.passed for each in done), sum(each.count.failed for each in done)
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def run(suite: Suite) -> Done:
    print(f"\n━━ {suite.name}", flush=True)
    begun = time.monotonic()
    try:
        output, code = stream(suite.command())
    except (ToolsUnavailable, OSError) as problem:
        output, code = "", 1
        print(f"{suite.name} cannot run: {problem}")
    return Done(suite, count(suite.counter, output, code), time.monotonic() - begun)


def stream(command: list[str]) -> tuple[str, int]:
    """Runs a command, and shows its output as it comes; gives that and the exit code."""
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return "".join(lines), process.returncode


if __name__ == "__main__":
    sys.exit(main())
