"""Runs the suites: python3 -m scripts.test.run [--only SUITE]…

The last line is `N passed, N failed`, added up from what each suite really ran.
"""

import argparse
import io
import itertools
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TextIO

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

    return report(run_all([suite for suite in known if options.only is None or suite.name in options.only]))


def run_all(chosen: list[Suite]) -> list[Done]:
    """One after the other, but for neighbours that may run side by side."""
    done = []
    for beside, group in itertools.groupby(chosen, lambda suite: suite.beside):
        neighbours = list(group)
        if not beside or len(neighbours) == 1:
            done += map(run, neighbours)
            continue
        print(f"\n━━ {', '.join(suite.name for suite in neighbours)}, side by side", flush=True)
        with ThreadPoolExecutor(len(neighbours)) as pool:
            done += pool.map(run_quietly, neighbours)
    return done


def run_quietly(suite: Suite) -> Done:
    """Shows what a suite printed once it has ended, in one piece."""
    shown = io.StringIO()
    done = run(suite, shown)
    print(shown.getvalue(), end="", flush=True)
    return done


def report(done: list[Done]) -> int:
    """Prints the table and the sum; gives the exit code."""
    print(f"\n{'suite':<18}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for each in done:
        mark = "  FAILED" if each.count.failed else ""
        print(f"{each.suite.name:<18}{each.count.passed:>8}{each.count.failed:>8}{each.seconds:>9.0f}{mark}")
    passed, failed = sum(each.count.passed for each in done), sum(each.count.failed for each in done)
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def run(suite: Suite, shown: TextIO = sys.stdout) -> Done:
    print(f"\n━━ {suite.name}", file=shown, flush=True)
    begun = time.monotonic()
    try:
        output, code = stream(suite.command(), shown)
    except (ToolsUnavailable, OSError) as problem:
        output, code = "", 1
        print(f"{suite.name} cannot run: {problem}", file=shown)
    return Done(suite, count(suite.counter, output, code), time.monotonic() - begun)


def stream(command: list[str], shown: TextIO) -> tuple[str, int]:
    """Runs a command, and shows its output as it comes; gives that and the exit code."""
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", file=shown, flush=True)
            lines.append(line)
    return "".join(lines), process.returncode


if __name__ == "__main__":
    sys.exit(main())
