"""Changes the code a thousand times by a line each, and sees whether a test notices: what is mutated, and how it is run."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from scripts.build import ROOT
from scripts.tools import ensure

# The rooms whose rules decide what becomes of a record, from the inside out.
CRATES = ("tenancy", "sources", "routing")

# How a run ends for a mutant, in cargo-mutants' words and in the figures'.
WORDS = {"CaughtMutant": "caught", "Timeout": "timed out", "Unviable": "unviable", "MissedMutant": "missed"}

RESULTS = ROOT / "target" / "mutants"
SETTINGS = ROOT / ".cargo" / "mutants.toml"


class BaselineFailed(Exception):
    """No mutant was tried; says what to do."""


def listed(crate: str, *options: str) -> list[str]:
    """The names of a crate's mutants."""
    command = [program(), "mutants", "--list", "--colors", "never", "--dir", str(ROOT), "--package", crate, *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def attempt(crate: str, options: list[str]) -> None:
    """Runs a crate's mutants, and keeps what came of each beside what is known from before."""
    folder = RESULTS / crate
    folder.mkdir(parents=True, exist_ok=True)
    command = [program(), "mutants", "--dir", str(ROOT), "--package", crate, "--output", str(folder), *test_tool(), *options]
    # What the environment says for other builds would make each of these a full one.
    code = subprocess.run(command, env=os.environ | {"CARGO_INCREMENTAL": "1"}).returncode
    # 2: some were missed; 3: some never ended.
    if code not in (0, 2, 3):
        raise BaselineFailed(f"cargo-mutants ended with {code}: {crate}: see the message above and {folder}/mutants.out/log")
    kept = known(crate) | read(folder / "mutants.out" / "outcomes.json")
    (folder / "known.json").write_text(json.dumps(kept, indent=1))


def known(crate: str) -> dict[str, str]:
    """What came of each of a crate's mutants the last time, by its name."""
    path = RESULTS / crate / "known.json"
    return json.loads(path.read_text()) if path.exists() else {}


def read(outcomes: Path) -> dict[str, str]:
    """What came of the mutants of one run; none where nothing matched."""
    if not outcomes.exists():
        return {}
    of_each = json.loads(outcomes.read_text())["outcomes"]
    return {outcome["scenario"]["Mutant"]["name"]: WORDS[outcome["summary"]] for outcome in of_each if outcome["scenario"] != "Baseline"}


def program() -> str:
    return str(ensure("mutants") / "cargo-mutants")


def test_tool() -> list[str]:
    """Where it is installed cargo-nextest, which stops at the first test that fails."""
    if shutil.which("cargo-nextest"):
        return ["--test-tool=nextest", "--cargo-test-arg=--max-fail=1:immediate"]
    return ["--test-tool=cargo"]
