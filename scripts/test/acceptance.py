"""Runs the acceptance test on the embedded emulator: applies every example with the real provider, uses it under faults, destroys it."""

import subprocess
import sys

from scripts import task
from scripts.build import ROOT
from scripts.tools import ensure


def main() -> int:
    python = ensure("demo") / "python"
    # Cargo skips what is up to date.
    built = subprocess.run([sys.executable, "-m", "scripts.build"], cwd=ROOT)
    if built.returncode != 0:
        return built.returncode
    output = ROOT / ".tools" / "acceptance"
    return subprocess.run([python, "-m", "acceptance.on_emulator", "--output", output], cwd=ROOT).returncode


if __name__ == "__main__":
    task.run(main)
