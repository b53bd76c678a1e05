"""The suites, in the order in which they run: the quick and telling ones first."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from scripts.test import counting
from scripts.tools import ensure

Command = list[str]


@dataclass(frozen=True)
class Suite:
    name: str
    # What is run, made when its turn comes: it may install what it needs.
    command: Callable[[], Command]
    counter: counting.Counter
    # It may run beside its neighbours of which that is true too: neither its time nor its order counts.
    beside: bool = False


def python(*arguments: str) -> Callable[[], Command]:
    """One of our own scripts, on the Python that runs this."""
    return lambda: [sys.executable, *arguments]


def cargo(*arguments: str) -> Callable[[], Command]:
    return lambda: ["cargo", *arguments]


def tool(tools: str, name: str, *arguments: str) -> Callable[[], Command]:
    """A tool of one of our pinned sets."""
    return lambda: [str(ensure(tools) / name), *arguments]


def tests_in(folder: str, tools: str) -> Callable[[], Command]:
    return lambda: [str(ensure(tools) / "python"), "-m", "unittest", "discover", "-s", folder, "-t", "."]


def tests_of_an_example(folder: str) -> Callable[[], Command]:
    """An example is no package of ours: it is tested as whoever copies it would."""
    return lambda: [str(ensure("demo") / "python"), "-m", "unittest", "discover", "-s", f"examples/{folder}"]


# The same histories each time, as many as there is time for; `./taskw simulate` lets others happen.
SIMULATION = ("--histories", "1_000_000", "--seed", "1", "--check-docs")

# Each test is a process of its own, and those of all binaries run side by side, more than there are cores: many of them wait.
# Examples and benchmarks are compiled by clippy; here they would only be built once more.
NEXTEST = ("nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level", "slow", "--failure-output", "final")
AT_ONCE = ("--test-threads", str(2 * (os.cpu_count() or 1)))

# Fails where the lock file of fuzz/, which no other suite reads, no longer fits the crates; and prints one line.
FUZZ_LOCK = ("tree", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--depth", "0")

CHECKOV = ("-d", ".", "--config-file", ".checkov.yaml")
SHELL = ("taskw", ".ci/run", "bench/node/bootstrap", ".ci/terraform-offline/setup", ".ci/terraform-offline/check")

LINTS = {"rust-format", "fuzz-format", "fuzz-lock", "clippy", "licences", "house", "python-format", "python", "shell", "checkov"}
TERRAFORM_FORMAT = Suite("terraform-format", lambda: ["terraform", "fmt", "-check", "-diff", "-recursive"], counting.one_check)


def suites() -> list[Suite]:
    return [
        Suite("rust-format", cargo("fmt", "--all", "--check"), counting.one_check),
        Suite("fuzz-format", cargo("fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"), counting.one_check),
        Suite("fuzz-lock", cargo(*FUZZ_LOCK), counting.one_check),
        Suite("house", python("-m", "scripts.lint.house"), counting.one_check),
        Suite("licences", python("-m", "scripts.lint.licences"), counting.one_check),
        Suite("python-format", tool("lint", "ruff", "format", "--check"), counting.one_check),
        Suite("python", tool("lint", "ruff", "check"), counting.one_check),
        Suite("shell", tool("lint", "shellcheck", *SHELL), counting.one_check),
        Suite("scripts", tests_in("scripts/test/tests", "demo"), counting.unittest),
        Suite("examples", tests_of_an_example("tenant-credentials/backend"), counting.unittest),
        Suite("clippy", cargo("clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"), counting.one_check),
        Suite("rust", tool("nextest", "cargo-nextest", *NEXTEST, *AT_ONCE), counting.nextest),
        Suite("simulation", cargo("run", "--release", "--locked", "-p", "simulation", "--bin", "simulate", "--", *SIMULATION), counting.closing_line),
        Suite("rust-docs", cargo("test", "--locked", "--workspace", "--doc", "--no-fail-fast"), counting.cargo_test),
        Suite("seeded-bugs", python("-m", "scripts.seeded_bugs"), counting.closing_line),
        Suite("zips", python("-m", "scripts.build"), counting.one_check),
        Suite("glibc", python("-m", "scripts.build.glibc"), counting.closing_line),
        Suite("terraform", python("scripts/terraform/check.py"), counting.closing_line),
        Suite("terraform-docs", python("scripts/terraform/check_readmes.py"), counting.closing_line),
        # One computes, and the other waits most of its time.
        Suite("checkov", tool("checkov", "checkov", *CHECKOV), counting.checkov, beside=True),
        Suite("acceptance", python("-m", "scripts.test.acceptance"), counting.closing_line, beside=True),
        Suite("acceptance-unit", tests_in("acceptance/tests", "demo"), counting.unittest),
        Suite("demo", tests_in("demo/tests", "demo"), counting.unittest),
        Suite("end-to-end", python("-m", "scripts.test.end_to_end"), counting.closing_line),
    ]
