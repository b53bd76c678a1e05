"""cargo-fuzz itself: a pinned one in .tools/, and how it is called."""

import subprocess
import sys

from scripts.build import ROOT
from scripts.refused import Refused
from scripts.tools import ensure

FUZZ = ROOT / "fuzz"

# Without a sanitizer: nightly has them only, and what they look for needs unsafe code, which is forbidden here.
OPTIONS = ["--fuzz-dir", FUZZ, "--sanitizer", "none"]


class FuzzingFailed(Refused):
    """Fuzzing cannot begin; says what to do."""


def build() -> None:
    """Builds all targets; the first time that takes minutes."""
    if subprocess.run([*called("build"), *OPTIONS], cwd=ROOT).returncode != 0:
        raise FuzzingFailed("the targets do not build: see the message above")


def run(target: str, *arguments: object) -> subprocess.CompletedProcess:
    """Runs a target; what libFuzzer says goes to standard error as it always does, and is kept."""
    command = [*called("run"), *OPTIONS, target, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        lines = []
        for line in process.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            lines.append(line)
    return subprocess.CompletedProcess(command, process.returncode, stderr="".join(lines))


def called(subcommand: str) -> list:
    return [ensure("fuzz") / "cargo-fuzz", subcommand]
