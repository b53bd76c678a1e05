"""The suites in the order in which they run: the fast ones first."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from scripts.terraform.binary import terraform_binary
from scripts.test import counting
from scripts.test.parallel import Group
from scripts.tools import ensure

Command = list[str]
# Builds the command when it is the suite's turn, because it may have to install a tool.
Maker = Callable[[], Command]


@dataclass(frozen=True)
class Suite:
    name: str
    command: Maker
    counter: counting.Counter
    group: Group = Group.REST
    # The suite whose results this one uses.
    after: str = ""
    # What `--quick` runs: nothing, the whole suite, or this command.
    quick: Maker | bool = False

    def shortened(self) -> "Suite | None":
        """The suite as `--quick` runs it, or None."""
        if callable(self.quick):
            return replace(self, command=self.quick)
        return self if self.quick else None


def python(*arguments: str) -> Maker:
    """A script of this repository, run with the current Python."""
    return lambda: [sys.executable, *arguments]


def cargo(*arguments: str) -> Maker:
    return lambda: ["cargo", *arguments]


def tool(tools: str, name: str, *arguments: str) -> Maker:
    """A tool of one of the pinned sets."""
    return lambda: [str(ensure(tools) / name), *arguments]


def nextest(*chosen: str) -> Maker:
    return tool("nextest", "cargo-nextest", *NEXTEST, *AT_ONCE, *chosen)


def tests_in(folder: str, tools: str) -> Maker:
    return lambda: [str(ensure(tools) / "python"), "-m", "scripts.test.unit", "-s", folder, "-t", "."]


def tests_of_an_example(folder: str) -> Maker:
    """Tests an example as a user who copied it would: it is not a package of this repository."""
    return lambda: [str(ensure("demo") / "python"), "-m", "scripts.test.unit", "-s", f"examples/{folder}"]


# The same histories each time, as many as the time allows. `./taskw simulate` runs others.
SIMULATION = ("--histories", "1_000_000", "--seed", "1", "--check-docs")
SIMULATE = ("run", "--release", "--locked", "-p", "simulation", "--bin", "simulate", "--")

# Each test is its own process. More of them run at a time than there are cores, because many of them wait. Clippy compiles
# the examples and benchmarks; nextest does not need to build them again.
NEXTEST = ("nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level", "slow", "--failure-output", "final")
AT_ONCE = ("--test-threads", str(2 * (os.cpu_count() or 1)))
# The unit tests of the crates, the behaviour tests of the deciding crates, and some thousand histories of the simulation.
UNIT = ("--lib", "--bins", "--test", "behaviour", "--test", "smoke")

# Fails if the lock file of verification/fuzz/ no longer matches the crates. No other suite reads that file.
FUZZ_LOCK = ("tree", "--locked", "--manifest-path", "verification/fuzz/Cargo.toml", "--depth", "0")

CHECKOV = ("-d", ".", "--config-file", ".checkov.yaml")
SHELL = ("taskw", ".ci/run", "verification/bench/node/bootstrap")

LINTS = {
    "rust-format",
    "fuzz-format",
    "fuzz-lock",
    "clippy",
    "licences",
    "conventions",
    "type-names",
    "words",
    "opentofu",
    "python-format",
    "python",
    "shell",
    "checkov",
}


def terraform_format() -> Command:
    return [terraform_binary().path, "fmt", "-check", "-diff", "-recursive"]


TERRAFORM_FORMAT = Suite("terraform-format", terraform_format, counting.one_check)
TERRAFORM = ("-m", "scripts.terraform.check")


def cargo_suite(name: str, command: Maker, counter: counting.Counter, quick: Maker | bool = False) -> Suite:
    """A suite that builds with cargo."""
    return Suite(name, command, counter, Group.CARGO, quick=quick)


def suites(release: bool = False) -> list[Suite]:
    """All suites. `release`: the end-to-end suites run zips that are optimized, as for a release."""
    zips = ("--release",) if release else ()
    return [
        cargo_suite("rust-format", cargo("fmt", "--all", "--check"), counting.one_check, quick=True),
        cargo_suite("fuzz-format", cargo("fmt", "--manifest-path", "verification/fuzz/Cargo.toml", "--check"), counting.one_check, quick=True),
        cargo_suite("fuzz-lock", cargo(*FUZZ_LOCK), counting.one_check, quick=True),
        cargo_suite("clippy", cargo("clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"), counting.one_check, quick=True),
        cargo_suite("rust", nextest(), counting.nextest, quick=nextest(*UNIT)),
        cargo_suite("rust-docs", cargo("test", "--locked", "--workspace", "--doc", "--no-fail-fast"), counting.cargo_test),
        cargo_suite("zips", python("-m", "scripts.test.zips", *zips), counting.closing_line),
        cargo_suite("simulation", cargo(*SIMULATE, *SIMULATION), counting.closing_line),
        cargo_suite("seeded-bugs", python("-m", "scripts.seeded_bugs"), counting.closing_line),
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
        # These suites mostly wait: for the emulator, the provider and the queues.
        Suite("acceptance", python("-m", "scripts.test.acceptance", *zips), counting.closing_line, after="zips"),
        Suite("end-to-end", python("-m", "scripts.test.end_to_end", *zips), counting.closing_line, after="zips"),
    ]
