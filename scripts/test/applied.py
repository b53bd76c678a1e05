"""The examples as a test: a real apply of each, a second plan, records through it, and a real destroy."""

import subprocess
import sys

from scripts import refused
from scripts.build import ROOT
from scripts.tools import ensure


def main() -> int:
    python = ensure("demo") / "python"
    # Cargo itself knows what is up to date.
    built = subprocess.run([sys.executable, "-m", "scripts.build"], cwd=ROOT)
    return built.returncode or subprocess.run([python, "-m", "demo.applied"], cwd=ROOT).returncode


if __name__ == "__main__":
    refused.run(main)
