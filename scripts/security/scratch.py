"""A copy of the work tree in which controls may be taken out. What did not change keeps its time, so little is built anew."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scripts.build import ROOT
from scripts.security.control import Control
from scripts.terraform import workspace

HOME = ROOT / ".tools" / "controls"
TREE = HOME / "tree"
# One for all controls, and beside the copy, so that a new copy finds it.
TARGET = HOME / "target"


def refresh() -> Path:
    """Makes the copy the same as the work tree, whatever an earlier run left in it."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    for path in [path for path in TREE.rglob("*") if path.is_file() and is_source(path)]:
        if path.relative_to(TREE).as_posix() not in wanted:
            path.unlink()
    for name in wanted:
        source, copy = ROOT / name, TREE / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    return TREE


def is_source(path: Path) -> bool:
    """Neither what Terraform keeps beside its files nor what Python does."""
    return not {".terraform", "__pycache__"} & set(path.parts) and path.name != ".terraform.lock.hcl"


@contextlib.contextmanager
def without(control: Control) -> Iterator[None]:
    """The copy lacks this control until the end of the block."""
    path = TREE / control.file
    whole = path.read_text()
    path.write_text(whole.replace(control.old, control.new))
    try:
        yield
    finally:
        path.write_text(whole)


def environment() -> dict[str, str]:
    # Python must not take a changed file for the old one, which it knows by size and second.
    ours = {"CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never", "PYTHONDONTWRITEBYTECODE": "1"}
    return workspace.environment(None) | ours
