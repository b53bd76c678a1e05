"""Copies of the work tree in which something may be changed. What did not change keeps its time, so little is built anew."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.build import ROOT


def mirror(tree: Path, instead: Mapping[str, str] | None = None) -> None:
    """Makes the copy the same as the work tree, whatever an earlier run left in it; `instead`: texts that files have there."""
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
    """Neither what Terraform keeps beside its files nor what Python does."""
    return not {".terraform", "__pycache__"} & set(path.parts) and path.name != ".terraform.lock.hcl"
