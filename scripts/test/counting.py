"""Reads the number of passed, failed and skipped tests from the output of a suite.

A suite with a non-zero exit code, or without a single test, has at least one failure, whatever it printed. A suite reports what it
cannot run on this machine in a line of its own: `SKIPPED <what>: <why>`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Counter = Callable[[str], tuple[int, int]]


@dataclass(frozen=True)
class Count:
    passed: int
    failed: int
    # Each one with the reason.
    skipped: tuple[str, ...] = ()


def count(counter: Counter, output: str, exit_code: int) -> Count:
    passed, failed = counter(output)
    skipped = tuple(re.findall(r"^SKIPPED (.+)$", output, re.MULTILINE))
    if failed == 0 and (exit_code != 0 or passed == 0 and not skipped):
        failed = 1
        passed = 0 if counter is one_check else passed
    return Count(passed, failed, skipped)


def one_check(_output: str) -> tuple[int, int]:
    """For a command that is one check: only its exit code matters."""
    return 1, 0


def cargo_test(output: str) -> tuple[int, int]:
    return add(re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", output, re.MULTILINE))


def nextest(output: str) -> tuple[int, int]:
    """Reads `12 tests run: 9 passed (1 slow), 1 failed, 2 timed out`. Every test that ran and did not pass has failed."""
    runs = re.findall(r"^\s*Summary \[.*?\]\s*(\d+)(?:/\d+)? tests? run: (\d+) passed", output, re.MULTILINE)
    return add((passed, int(run) - int(passed)) for run, passed in runs)


def unittest(output: str) -> tuple[int, int]:
    run = sum(int(number) for number in re.findall(r"^Ran (\d+) tests? in", output, re.MULTILINE))
    summaries = re.findall(r"^(?:OK|FAILED) \((.*)\)$", output, re.MULTILINE)
    other = {kind: number for summary in summaries for kind, number in re.findall(r"(\w[\w ]*)=(\d+)", summary)}
    bad = sum(int(other.get(kind, 0)) for kind in ("failures", "errors", "unexpected successes"))
    # If setUpClass fails, unittest reports one error and does not count the tests of the class as run.
    return max(run - bad - int(other.get("skipped", 0)), 0), bad


def closing_line(output: str) -> tuple[int, int]:
    """Reads the last `N passed, N failed`, with or without `, N skipped`, which our own scripts print at the end."""
    lines = re.findall(r"^(?:[\w-]+: )?(\d+) passed, (\d+) failed(?:, \d+ skipped)?$", output, re.MULTILINE)
    return add(lines[-1:])


def checkov(output: str) -> tuple[int, int]:
    return add(re.findall(r"^Passed checks: (\d+), Failed checks: (\d+)", output, re.MULTILINE))


def add(pairs: Iterable[tuple]) -> tuple[int, int]:
    numbers = [(int(passed), int(failed)) for passed, failed in pairs]
    return sum(passed for passed, _ in numbers), sum(failed for _, failed in numbers)
