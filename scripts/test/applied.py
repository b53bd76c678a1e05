"""The examples as a test: a real apply of each, a second plan, records through it, and a real destroy."""

import subprocess
import sys

from scripts.build import ROOT
from scripts.tools import ToolsUnavailable, ensure


def main() -> int:
    try:
        python = ensure("demo") / "python"
    except ToolsUnavailable as problem:
        sys.exit(str(problem))
    # Cargo itself knows what is up to date.
    built = subprocess.run([sys.executable, "-m", "scripts.build"], cwd=ROOT)
    return built.returncode or subprocess.run([python, "-m", "demo.applied"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
