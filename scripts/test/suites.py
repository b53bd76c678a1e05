"""The suites, in the order in which they run: the quick and telling ones first."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from scripts.terraform.binary import terraform_binary
from scripts.test import counting
from scripts.test.lanes import Lane
from scripts.tools import ensure

Command = list[str]
# A command, made when its turn comes: it may install what it needs.
Maker = Callable[[], Command]


@dataclass(frozen=True)
class Suite:
    name: str
    command: Maker
    counter: counting.Counter
    lane: Lane = Lane.REST
    # The suite that makes what this one uses.
    after: str = ""
    # What `--quick` runs of it: nothing, all of it, or this.
    quick: Maker | bool = False

    def shortened(self) -> "Suite | None":
        """The suite as `--quick` runs it, if it does."""
        if callable(self.quick):
            return replace(self, command=self.quick)
        return self if self.quick else None


def python(*arguments: str) -> Maker:
    """One of our own scripts, on the Python that runs this."""
    return lambda: [sys.executable, *arguments]


def cargo(*arguments: str) -> Maker:
    return lambda: ["cargo", *arguments]


def tool(tools: str, name: str, *arguments: str) -> Maker:
    """A tool of one of our pinned sets."""
    return lambda: [str(ensure(tools) / name), *arguments]


def nextest(*chosen: str) -> Maker:
    return tool("nextest", "cargo-nextest", *NEXTEST, *AT_ONCE, *chosen)


def tests_in(folder: str, tools: str) -> Maker:
    return lambda: [str(ensure(tools) / "python"), "-m", "scripts.test.unit", "-s", folder, "-t", "."]


def tests_of_an_example(folder: str) -> Maker:
    """An example is no package of ours: it is tested as whoever copies it would."""
    return lambda: [str(ensure("demo") / "python"), "-m", "scripts.test.unit", "-s", f"examples/{folder}"]


# The same histories each time, as many as there is time for; `./taskw simulate` lets others happen.
SIMULATION = ("--histories", "1_000_000", "--seed", "1", "--check-docs")
SIMULATE = ("run", "--release", "--locked", "-p", "simulation", "--bin", "simulate", "--")

# Each test is a process of its own, and those of all binaries run side by side, more than there are cores: many of them wait.
# Examples and benchmarks are compiled by clippy; here they would only be built once more.
NEXTEST = ("nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level", "slow", "--failure-output", "final")
AT_ONCE = ("--test-threads", str(2 * (os.cpu_count() or 1)))
# The tests within the crates, the behaviour of the crates that decide, and some thousand histories of the simulation.
UNIT = ("--lib", "--bins", "--test", "behaviour", "--test", "smoke")

# Fails where the lock file of fuzz/, which no other suite reads, no longer fits the crates; and prints one line.
FUZZ_LOCK = ("tree", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--depth", "0")

CHECKOV = ("-d", ".", "--config-file", ".checkov.yaml")
SHELL = ("taskw", ".ci/run", "bench/node/bootstrap")

LINTS = {"rust-format", "fuzz-format", "fuzz-lock", "clippy", "licences", "conventions", "type-names", "words", "opentofu", "python-format", "python", "shell", "checkov"}


def terraform_format() -> Command:
    return [terraform_binary().path, "fmt", "-check", "-diff", "-recursive"]


TERRAFORM_FORMAT = Suite("terraform-format", terraform_format, counting.one_check)
TERRAFORM = ("-m", "scripts.terraform.check")


def in_cargo(name: str, command: Maker, counter: counting.Counter, quick: Maker | bool = False) -> Suite:
    """A suite that builds."""
    return Suite(name, command, counter, Lane.CARGO, quick=quick)


def suites() -> list[Suite]:
    return [
        in_cargo("rust-format", cargo("fmt", "--all", "--check"), counting.one_check, quick=True),
        in_cargo("fuzz-format", cargo("fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"), counting.one_check, quick=True),
        in_cargo("fuzz-lock", cargo(*FUZZ_LOCK), counting.one_check, quick=True),
        in_cargo("clippy", cargo("clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"), counting.one_check, quick=True),
        in_cargo("rust", nextest(), counting.nextest, quick=nextest(*UNIT)),
        in_cargo("rust-docs", cargo("test", "--locked", "--workspace", "--doc", "--no-fail-fast"), counting.cargo_test),
        in_cargo("zips", python("-m", "scripts.build"), counting.one_check),
        in_cargo("glibc", python("-m", "scripts.build.glibc"), counting.closing_line),
        in_cargo("simulation", cargo(*SIMULATE, *SIMULATION), counting.closing_line),
        in_cargo("seeded-bugs", python("-m", "scripts.seeded_bugs"), counting.closing_line),
        Suite("conventions", python("-m", "scripts.lint.conventions"), counting.one_check, quick=True),
        Suite("type-names", python("-m", "scripts.lint.type_names"), counting.one_check, quick=True),
        Suite("words", python("-m", "scripts.lint.words"), counting.one_check, quick=True),
        Suite("licences", python("-m", "scripts.lint.licences"), counting.one_check, quick=True),
        Suite("opentofu", python("-m", "scripts.terraform.opentofu"), counting.one_check, quick=True),
        Suite("python-format", tool("lint", "ruff", "format", "--check"), counting.one_check, quick=True),
        Suite("python", tool("lint", "ruff", "check"), counting.one_check, quick=True),
        Suite("shell", tool("lint", "shellcheck", *SHELL), counting.one_check, quick=True),
        Suite("scripts", tests_in("scripts/test/tests", "demo"), counting.unittest, quick=True),
        Suite("examples", tests_of_an_example("tenant-credentials/backend"), counting.unittest, quick=True),
        Suite("terraform-docs", python("-m", "scripts.terraform.check_readmes"), counting.closing_line, quick=True),
        Suite("terraform", python(*TERRAFORM), counting.closing_line, quick=python(*TERRAFORM, "--quick")),
        Suite("terraform-tofu", python("-m", "scripts.test.with_opentofu"), counting.closing_line),
        Suite("checkov", tool("checkov", "checkov", *CHECKOV), counting.checkov),
        Suite("acceptance-unit", tests_in("acceptance/tests", "demo"), counting.unittest),
        Suite("demo", tests_in("demo/tests", "demo"), counting.unittest),
        # Most of their time they wait for the emulator, the provider and the queues.
        Suite("acceptance", python("-m", "scripts.test.acceptance"), counting.closing_line, after="glibc"),
        Suite("end-to-end", python("-m", "scripts.test.end_to_end"), counting.closing_line, after="glibc"),
    ]
