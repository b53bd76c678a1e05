"""Estimates how much there is to build. A crate's weight is the size of its source, which is close enough to its build time."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from scripts.build import ROOT

# `name v1.2.3`, followed by its folder if it is a crate of this repository.
LINE = re.compile(r"^(\S+) v(\S+)(?: \((/.*)\))?")
# The least weight of a crate, in bytes of source.
LEAST = 20_000


def sizes(packages: Iterable[str]) -> dict[str, int]:
    """The size of each crate that these packages depend on, by `name version`. Empty if cargo does not list them."""
    named = [part for package in packages for part in ("--package", package)]
    command = ["cargo", "tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", *named]
    tree = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = {match[0]: match for line in tree.stdout.splitlines() if (match := LINE.match(line))}
    return {f"{match[1]} {match[2]}": size(match) for match in found.values()}


def size(line: re.Match) -> int:
    folders = [Path(line[3])] if line[3] else (cargo_home() / "registry" / "src").glob(f"*/{line[1]}-{line[2]}")
    return LEAST + sum(file.stat().st_size for folder in folders for file in (folder / "src").rglob("*.rs"))


def cargo_home() -> Path:
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def name_of(package_id: str) -> str:
    """`name version` of a package id in cargo's messages: `…#name@1.2.3`, or `…/name#1.2.3` if the folder has the same name."""
    place, _, version = package_id.partition("#")
    name, _, number = version.rpartition("@")
    return f"{name or place.rpartition('/')[2]} {number}"
