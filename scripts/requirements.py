"""Checks what a machine needs before a task builds anything, so that each missing thing is reported in one line.

Tasks that only call cargo run this first: python3 -m scripts.requirements
"""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

from scripts import task
from scripts.build import ROOT
from scripts.task import TaskError

GIB = 2**30
# What a first build writes into target/ and .tools/, rounded up, and what a later build may add.
FIRST_BUILD, NEXT_BUILD = 6 * GIB, GIB


class Missing(TaskError):
    """The machine lacks a requirement. The text says what to install."""


def program(name: str, install: str) -> str:
    """The path of a program that must be installed."""
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is not installed: PATH: {install}")
    return path


def git() -> None:
    program("git", "install git (Debian: apt-get install git)")
    if not (ROOT / ".git").exists():
        raise Missing(f"this is not a git clone: {ROOT}: clone the repository with git; the tasks ask git for the list of files")


def rust() -> None:
    """Checks that cargo is installed and that the compiler is new enough."""
    wanted = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["rust-version"]
    program("cargo", f"install Rust {wanted} or newer with rustup (rustup.rs)")
    rustc = subprocess.run(["rustc", "--version"], cwd=ROOT, capture_output=True, text=True) if shutil.which("rustc") else None
    version = re.match(r"rustc (\d+)\.(\d+)\.(\d+)", rustc.stdout) if rustc else None
    if version is None:
        said = rustc.stderr.strip().splitlines()[-1:] if rustc else ["it is not on PATH"]
        raise Missing(f"rustc cannot be run: {shutil.which('rustc') or 'PATH'}: install Rust {wanted} or newer with rustup; it said: {''.join(said)}")
    if tuple(map(int, version.groups())) < tuple(map(int, wanted.split("."))):
        raise Missing(f"Rust {'.'.join(version.groups())} is too old: {shutil.which('rustc')}: install {wanted} or newer: rustup update")


def space(first_build: int = FIRST_BUILD) -> None:
    """Checks the free space on the disk of the target folder. `first_build`: bytes that a build into an empty folder takes."""
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    wanted = min(NEXT_BUILD, first_build) if target.is_dir() else first_build
    there = next(folder for folder in [target, *target.parents] if folder.is_dir())
    free = shutil.disk_usage(there).free
    if free < wanted:
        raise Missing(
            f"too little space on the disk: {there}: {free / GIB:.1f} GiB are free, a build may need {wanted / GIB:.0f}; "
            "free some, or name a folder on another disk in CARGO_TARGET_DIR"
        )


def writable(folder: Path = ROOT) -> None:
    """Checks that the clone can be written to. Builds and tools are installed into it."""
    if not os.access(folder, os.W_OK):
        raise Missing(f"this folder is not writable: {folder}: use a clone of your own")


def to_build() -> None:
    """Checks everything that a task needs to build."""
    git()
    rust()
    writable()
    space()


if __name__ == "__main__":
    task.run(to_build)
