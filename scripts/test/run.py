"""Runs the suites: python3 -m scripts.test.run [--only SUITE]… [--quick] [--release] [--write]

The last line is `N passed, N failed, N skipped`, the sum of what each suite really ran. Skipped tests are listed above it.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TextIO

from scripts import requirements, task
from scripts.build import ROOT
from scripts.build.compile import target_folder
from scripts.children import child
from scripts.test.counting import Count, count
from scripts.test.page import PAGE, page
from scripts.test.parallel import ParallelRun
from scripts.test.suites import Command, Suite, suites

# Debug information is half of what a first build writes, and incremental builds do not help a build from nothing.
SETTINGS = {
    "CARGO_PROFILE_DEV_DEBUG": "0",
    "CARGO_INCREMENTAL": "0",
    "CARGO_TERM_COLOR": "never",
    # Terraform and its providers are Go programs that allocate a lot and end soon: collecting less often saves CPU time.
    "GOGC": "400",
}


@dataclass(frozen=True)
class Done:
    suite: Suite
    count: Count
    # The wall-clock time of the suite.
    seconds: float
    # The CPU time of the suite and its child processes, which hardly depends on other load.
    cpu_seconds: float = 0

    @property
    def name(self) -> str:
        return self.suite.name

    @property
    def tests(self) -> int:
        return self.count.passed + self.count.failed


def main() -> int:
    names = [suite.name for suite in suites()]
    parser = argparse.ArgumentParser(prog="./taskw test --", description="Runs every test and check.")
    parser.add_argument("--only", action="append", choices=names, metavar="SUITE", help=f"one of {', '.join(names)}; may be repeated")
    parser.add_argument("--quick", action="store_true", help="run only what takes seconds once everything is built")
    parser.add_argument("--release", action="store_true", help="run the end-to-end suites with zips that are optimized, as for a release")
    parser.add_argument("--write", action="store_true", help=f"write what each suite took into {PAGE.relative_to(ROOT)}; needs all of them")
    options = parser.parse_args()
    if options.write and (options.only or options.quick):
        parser.error("the page needs all suites: --write: leave --only and --quick out")
    requirements.to_build()
    known = suites(options.release)
    chosen = [quick for suite in known if (quick := suite.shortened())] if options.quick else known
    begun, warm = time.monotonic(), target_folder().exists()
    done = run_all([suite for suite in chosen if options.only is None or suite.name in options.only])
    seconds = time.monotonic() - begun
    if options.write and not any(each.count.failed for each in done):
        PAGE.write_text(page(done, seconds, warm))
    return report(done, seconds)


def run_all(chosen: list[Suite]) -> list[Done]:
    """Runs the groups in parallel. A single group prints its output at once."""
    if len({suite.group for suite in chosen}) > 1:
        return ParallelRun(chosen, run).run_all()
    return [run(suite) for suite in chosen]


def report(done: list[Done], seconds: float) -> int:
    """Prints the table, the skipped tests and the sum. Returns the exit code."""
    print(f"\n{'suite':<18}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}{'CPU s':>8}")
    for each in done:
        mark = "  FAILED" if each.count.failed else ""
        counts = f"{each.count.passed:>8}{each.count.failed:>8}{len(each.count.skipped):>9}"
        print(f"{each.suite.name:<18}{counts}{each.seconds:>9.0f}{each.cpu_seconds:>8.0f}{mark}")
    print(f"{'all':<18}{'':>25}{seconds:>9.0f}{sum(each.cpu_seconds for each in done):>8.0f}")
    passed, failed = sum(each.count.passed for each in done), sum(each.count.failed for each in done)
    skipped = [what for each in done for what in each.count.skipped]
    if skipped:
        print("\nskipped:", *skipped, sep="\n  ")
    print(f"\n{passed} passed, {failed} failed, {len(skipped)} skipped", flush=True)
    return 1 if failed or not done else 0


def run(suite: Suite, shown: TextIO | None = None) -> Done:
    shown = shown or sys.stdout
    print(f"\n━━ {suite.name}", file=shown, flush=True)
    begun, cpu_seconds = time.monotonic(), 0.0
    try:
        output, code, cpu_seconds = stream(suite.command(), shown)
    except (task.TaskError, OSError) as problem:
        output, code = "", 1
        print(f"{suite.name} cannot run: {problem}", file=shown)
    return Done(suite, count(suite.counter, output, code), time.monotonic() - begun, cpu_seconds)


def stream(command: Command, shown: TextIO) -> tuple[str, int, float]:
    """Runs a command and prints its output at once. Returns the output, the exit code and the CPU seconds."""
    lines = []
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    with child(command, cwd=ROOT, env=SETTINGS | os.environ, **output) as process:
        for line in process.stdout:
            print(line, end="", file=shown, flush=True)
            lines.append(line)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return "".join(lines), process.returncode, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    task.run(main)
