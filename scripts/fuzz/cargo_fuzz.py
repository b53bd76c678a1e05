"""Calls a pinned cargo-fuzz, installed into .tools/."""

import subprocess
import sys

from scripts.build import ROOT
from scripts.task import TaskError
from scripts.tools import ensure

FUZZ = ROOT / "verification" / "fuzz"

# Sanitizers need nightly, and what they find needs unsafe code, which is forbidden here.
OPTIONS = ["--fuzz-dir", FUZZ, "--sanitizer", "none"]


class FuzzingFailed(TaskError):
    """Fuzzing cannot start. The text says what to do."""


def build() -> None:
    """Builds all targets. The first build takes minutes."""
    if subprocess.run([*called("build"), *OPTIONS], cwd=ROOT).returncode != 0:
        raise FuzzingFailed("the fuzz targets do not build: verification/fuzz/: see the message above")


def run(target: str, *arguments: object) -> subprocess.CompletedProcess:
    """Runs a target. libFuzzer's output goes to standard error and is returned too."""
    command = [*called("run"), *OPTIONS, target, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        lines = []
        for line in process.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            lines.append(line)
    return subprocess.CompletedProcess(command, process.returncode, stderr="".join(lines))


def called(subcommand: str) -> list:
    return [ensure("fuzz") / "cargo-fuzz", subcommand]
