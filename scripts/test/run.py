"""Runs the suites: python3 -m scripts.test.run [--only SUITE]… [--quick]

The last line is `N passed, N failed, N skipped`, added up from what each suite really ran; what was skipped is named above it.
"""

import argparse
import io
import itertools
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TextIO

from scripts.build import ROOT
from scripts.terraform.binary import TerraformUnavailable
from scripts.test.counting import Count, count
from scripts.test.suites import Command, Suite, suites
from scripts.tools import ToolsUnavailable


@dataclass(frozen=True)
class Done:
    suite: Suite
    count: Count
    # From the start of the suite to its end.
    seconds: float
    # What it and its children computed: the same on a busy machine.
    cpu_seconds: float = 0


def main() -> int:
    known = suites()
    names = [suite.name for suite in known]
    parser = argparse.ArgumentParser(prog="./taskw test --", description="Runs every test and check.")
    parser.add_argument("--only", action="append", choices=names, metavar="SUITE", help=f"one of {', '.join(names)}; may be repeated")
    parser.add_argument("--quick", action="store_true", help="only what takes seconds once everything is built, for the edit loop")
    options = parser.parse_args()
    chosen = [quick for suite in known if (quick := suite.shortened())] if options.quick else known
    return report(run_all([suite for suite in chosen if options.only is None or suite.name in options.only]))


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
    print(f"\n{'suite':<18}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}{'CPU s':>8}")
    for each in done:
        mark = "  FAILED" if each.count.failed else ""
        counts = f"{each.count.passed:>8}{each.count.failed:>8}{len(each.count.skipped):>9}"
        print(f"{each.suite.name:<18}{counts}{each.seconds:>9.0f}{each.cpu_seconds:>8.0f}{mark}")
    passed, failed = sum(each.count.passed for each in done), sum(each.count.failed for each in done)
    skipped = [what for each in done for what in each.count.skipped]
    if skipped:
        print("\nskipped:", *skipped, sep="\n  ")
    print(f"\n{passed} passed, {failed} failed, {len(skipped)} skipped", flush=True)
    return 1 if failed or not done else 0


def run(suite: Suite, shown: TextIO = sys.stdout) -> Done:
    print(f"\n━━ {suite.name}", file=shown, flush=True)
    begun, cpu_seconds = time.monotonic(), 0.0
    try:
        output, code, cpu_seconds = stream(suite.command(), shown)
    except (ToolsUnavailable, TerraformUnavailable, OSError) as problem:
        output, code = "", 1
        print(f"{suite.name} cannot run: {problem}", file=shown)
    return Done(suite, count(suite.counter, output, code), time.monotonic() - begun, cpu_seconds)


def stream(command: Command, shown: TextIO) -> tuple[str, int, float]:
    """Runs a command, and shows its output as it comes; gives that, the exit code and the CPU seconds."""
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", file=shown, flush=True)
            lines.append(line)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return "".join(lines), process.returncode, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
