"""Builds the Lambda functions into dist/: what they are called, and for which machines they are made."""

import platform
import sys
from pathlib import Path

from scripts.refused import Refused

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
# Every folder of lambdas/ is a function of that name.
LAMBDAS = tuple(sorted(manifest.parent.name for manifest in (ROOT / "lambdas").glob("*/Cargo.toml")))

# Lambda's name of an architecture, and Rust's of the machine.
TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}

# The newest glibc that the runtime has: provided.al2023 is Amazon Linux 2023
# [Lambda developer guide "Lambda runtimes"; Amazon Linux 2023 user guide "Comparing AL2 and AL2023"].
GLIBC = (2, 34)


class BuildFailed(Refused):
    """The zips could not be built as they must be; says what to do."""


def host_architecture() -> str:
    machine = platform.machine().lower()
    known = {"arm64": "arm64", "aarch64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"}
    if machine not in known:
        raise BuildFailed(f"Lambda has no such architecture: {machine}: build with --all, for arm64 and x86_64")
    return known[machine]


def host_runs_lambdas() -> bool:
    """Whether a plain build of this machine is one that Lambda can run."""
    return sys.platform == "linux"


def zip_path(name: str, architecture: str) -> Path:
    return DIST / f"{name}-{architecture}.zip"
