"""Copies of the work tree that may be changed. Unchanged files keep their modification time, so cargo rebuilds little."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.build import ROOT


def mirror(tree: Path, instead: Mapping[str, str] | None = None) -> None:
    """Makes the copy identical to the work tree, whatever an earlier run left in it. `instead`: changed texts, by file name."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    for path in [path for path in tree.rglob("*") if path.is_file() and is_source(path)]:
        if path.relative_to(tree).as_posix() not in wanted:
            path.unlink()
    for name in wanted:
        source, copy = ROOT / name, tree / name
        content = instead[name].encode() if instead and name in instead else source.read_bytes()
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            copy.chmod(source.stat().st_mode)


def is_source(path: Path) -> bool:
    """Whether the file is neither written by Terraform nor by Python."""
    return not {".terraform", "__pycache__"} & set(path.parts) and path.name != ".terraform.lock.hcl"
