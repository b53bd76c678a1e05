"""Installs the tools of the tasks. Each set is pinned in a file of this folder and installed into its own folder under .tools/.

A `.txt` file pins Python packages, a `.crates` file pins Rust programs. Nothing is installed outside the repository. In a shell,
`python3 -m scripts.tools SET` prints the set's `bin` folder.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.task import TaskError

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).parent

# The commands that install a set, and what they need.
Installation = tuple[list[list[str]], str]


class ToolsUnavailable(TaskError):
    """A set of tools cannot be installed. The text says what to do."""


def known() -> dict[str, Path]:
    """The file of pins of each set."""
    return {pins.stem: pins for suffix in INSTALLERS for pins in PINS.glob(f"*{suffix}")}


def ensure(name: str) -> Path:
    """The `bin` folder of a set of tools. Installs the set first if it is missing or its pins have changed."""
    home, pins = ROOT / ".tools" / name, known()[name]
    home.parent.mkdir(exist_ok=True)
    with open(home.parent / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = home / "installed", fingerprint(pins)
        if not stamp.exists() or stamp.read_text() != wanted:
            install(home, pins)
            stamp.write_text(wanted)
    return home / "bin"


def fingerprint(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()


def install(home: Path, pins: Path) -> None:
    print(f"installing {', '.join(pins.read_text().split())} into {home.relative_to(ROOT)}", file=sys.stderr)
    shutil.rmtree(home, ignore_errors=True)
    steps, needed = INSTALLERS[pins.suffix](home, pins)
    for step in steps:
        # Standard output belongs to the caller.
        if subprocess.run(step, stdout=sys.stderr.fileno()).returncode != 0:
            raise ToolsUnavailable(f"tools cannot be installed: {os.path.relpath(pins, ROOT)}: see the message above; this needs {needed}")


def packages(home: Path, pins: Path) -> Installation:
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [[sys.executable, "-m", "venv", str(home)], [*pip, "-r", str(pins)]]
    return steps, "Python 3.11 or newer with venv (Debian: python3-venv) and a reachable PyPI"


def programs(home: Path, pins: Path) -> Installation:
    # With its own lock file: the dependencies that its authors tested.
    return [["cargo", "install", "--quiet", "--locked", "--root", str(home), *pins.read_text().split()]], "Rust and a reachable crates.io"


INSTALLERS = {".txt": packages, ".crates": programs}
