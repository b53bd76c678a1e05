"""Tools that the tasks need, each set pinned in a file here and installed into a folder of its own under .tools/.

A `.txt` names Python packages, a `.crates` Rust programs. Nothing is installed outside this repository. From the shell:
`python3 -m scripts.tools SET` prints the set's `bin`.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.refused import Refused

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).parent

# Commands, and what they need.
Installation = tuple[list[list[str]], str]


class ToolsUnavailable(Refused):
    """A set of tools cannot be installed; says what to do."""


def known() -> dict[str, Path]:
    """Each set's pins."""
    return {pins.stem: pins for suffix in INSTALLERS for pins in PINS.glob(f"*{suffix}")}


def ensure(name: str) -> Path:
    """The `bin` folder of a set of tools, installed first where it is missing or its pins have changed."""
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
        # Standard output stays free for what the caller prints.
        if subprocess.run(step, stdout=sys.stderr.fileno()).returncode != 0:
            raise ToolsUnavailable(f"tools cannot be installed: {os.path.relpath(pins, ROOT)}: see the message above; this needs {needed}")


def packages(home: Path, pins: Path) -> Installation:
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [[sys.executable, "-m", "venv", str(home)], [*pip, "-r", str(pins)]]
    return steps, "Python 3.11 or newer with venv (Debian: python3-venv) and a reachable PyPI"


def programs(home: Path, pins: Path) -> Installation:
    # Built with what its own authors tested it with.
    return [["cargo", "install", "--quiet", "--locked", "--root", str(home), *pins.read_text().split()]], "Rust and a reachable crates.io"


INSTALLERS = {".txt": packages, ".crates": programs}
