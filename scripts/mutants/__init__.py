"""Mutation testing: changes the code by one line at a time, and checks that a test fails. Runs cargo-mutants."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from scripts.build import ROOT
from scripts.task import TaskError
from scripts.tools import ensure

# The crates whose rules decide what happens to a record, from the inside out.
CRATES = ("tenancy", "sources", "routing")

# The outcome of a mutant, in cargo-mutants' words and in those of the figures.
WORDS = {"CaughtMutant": "caught", "Timeout": "timed out", "Unviable": "unviable", "MissedMutant": "missed"}

# A run ends with the first test that fails.
NEXTEST = ("--test-tool=nextest", "--cargo-test-arg=--max-fail=1:immediate")

RESULTS = ROOT / "target" / "mutants"
SETTINGS = ROOT / ".cargo" / "mutants.toml"

# By a mutant's name: its outcome, and the seconds of building and testing.
Known = dict[str, tuple[str, float]]


class NothingTried(TaskError):
    """No mutant was tried. The text says what to do."""


def listed(crate: str, *options: str) -> list[str]:
    """The names of a crate's mutants."""
    command = [program(), "mutants", "--list", "--colors=never", f"--dir={ROOT}", f"--package={crate}", *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def attempt(crate: str, options: list[str]) -> None:
    """Runs a crate's mutants, and adds the outcomes to those of earlier runs."""
    folder = RESULTS / crate
    folder.mkdir(parents=True, exist_ok=True)
    command = [program(), "mutants", f"--dir={ROOT}", f"--package={crate}", f"--output={folder}", *NEXTEST, *options]
    path = f"{ensure('nextest')}{os.pathsep}{os.environ['PATH']}"
    # Without incremental builds, each mutant would be a full build.
    code = subprocess.run(command, env=os.environ | {"CARGO_INCREMENTAL": "1", "PATH": path}).returncode
    # An interrupted run also counts for the mutants that it tried.
    kept = known(crate) | read(folder / "mutants.out" / "outcomes.json")
    (folder / "known.json").write_text(json.dumps(kept, indent=1))
    # 2: some were missed; 3: some timed out.
    if code not in (0, 2, 3):
        raise NothingTried(f"cargo-mutants ended with {code}: {crate}: see the message above and {folder}/mutants.out/log")


def known(crate: str) -> Known:
    path = RESULTS / crate / "known.json"
    return {name: (word, seconds) for name, (word, seconds) in json.loads(path.read_text()).items()} if path.exists() else {}


def read(outcomes: Path) -> Known:
    """The outcomes of one run; none if no mutant matched."""
    if not outcomes.exists():
        return {}
    tried = [outcome for outcome in json.loads(outcomes.read_text())["outcomes"] if outcome["scenario"] != "Baseline"]
    return {outcome["scenario"]["Mutant"]["name"]: (WORDS[outcome["summary"]], seconds(outcome)) for outcome in tried}


def seconds(outcome: dict[str, Any]) -> float:
    return sum(phase["duration"] for phase in outcome["phase_results"])


def program() -> str:
    return str(ensure("mutants") / "cargo-mutants")
