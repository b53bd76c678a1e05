"""Reads from what a suite printed how many of its tests passed and failed, and which could not run here.

A suite that ended badly, or in which nothing ran, has failed at least once, whatever it printed. What a suite cannot run on this
machine it names in a line of its own: `SKIPPED <what>: <why>`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Counter = Callable[[str], tuple[int, int]]


@dataclass(frozen=True)
class Count:
    passed: int
    failed: int
    # Each with the reason.
    skipped: tuple[str, ...] = ()


def count(counter: Counter, output: str, exit_code: int) -> Count:
    passed, failed = counter(output)
    skipped = tuple(re.findall(r"^SKIPPED (.+)$", output, re.MULTILINE))
    if failed == 0 and (exit_code != 0 or passed == 0 and not skipped):
        failed = 1
        passed = 0 if counter is one_check else passed
    return Count(passed, failed, skipped)


def one_check(_output: str) -> tuple[int, int]:
    """The command is a check by itself; only its exit code tells whether it held."""
    return 1, 0


def cargo_test(output: str) -> tuple[int, int]:
    return add(re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", output, re.MULTILINE))


def nextest(output: str) -> tuple[int, int]:
    """`12 tests run: 9 passed (1 slow), 1 failed, 2 timed out`; all that ran and did not pass has failed."""
    runs = re.findall(r"^\s*Summary \[.*?\]\s*(\d+)(?:/\d+)? tests? run: (\d+) passed", output, re.MULTILINE)
    return add((passed, int(run) - int(passed)) for run, passed in runs)


def unittest(output: str) -> tuple[int, int]:
    run = sum(int(number) for number in re.findall(r"^Ran (\d+) tests? in", output, re.MULTILINE))
    verdicts = re.findall(r"^(?:OK|FAILED) \((.*)\)$", output, re.MULTILINE)
    other = {kind: number for verdict in verdicts for kind, number in re.findall(r"(\w[\w ]*)=(\d+)", verdict)}
    bad = sum(int(other.get(kind, 0)) for kind in ("failures", "errors", "unexpected successes"))
    # An error in setUpClass fails every test of the class, and counts none of them as run.
    return max(run - bad - int(other.get("skipped", 0)), 0), bad


def closing_line(output: str) -> tuple[int, int]:
    """The last `N passed, N failed`, with or without `, N skipped`, as our own scripts end."""
    lines = re.findall(r"^(?:[\w-]+: )?(\d+) passed, (\d+) failed(?:, \d+ skipped)?$", output, re.MULTILINE)
    return add(lines[-1:])


def checkov(output: str) -> tuple[int, int]:
    return add(re.findall(r"^Passed checks: (\d+), Failed checks: (\d+)", output, re.MULTILINE))


def add(pairs: Iterable[tuple]) -> tuple[int, int]:
    numbers = [(int(passed), int(failed)) for passed, failed in pairs]
    return sum(passed for passed, _ in numbers), sum(failed for _, failed in numbers)
