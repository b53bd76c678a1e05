"""Builds the Lambda functions into dist/: the names of the functions and the target architectures."""

import platform
import sys
from pathlib import Path

from scripts.task import TaskError

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
# Each folder of lambdas/ is one function.
LAMBDAS = tuple(sorted(manifest.parent.name for manifest in (ROOT / "lambdas").glob("*/Cargo.toml")))

# Lambda's name of each architecture, with Rust's target.
TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}

# The glibc version of the runtime provided.al2023, which is Amazon Linux 2023 [Lambda developer guide "Lambda runtimes";
# Amazon Linux 2023 user guide "Comparing AL2 and AL2023"].
GLIBC = (2, 34)


class BuildFailed(TaskError):
    """The zips could not be built. The text says what to do."""


def host_architecture() -> str:
    machine = platform.machine().lower()
    known = {"arm64": "arm64", "aarch64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"}
    if machine not in known:
        raise BuildFailed(f"Lambda does not support this architecture: {machine}: build with --all, for arm64 and x86_64")
    return known[machine]


def host_runs_lambdas() -> bool:
    """Whether Lambda can run what this machine's own toolchain builds."""
    return sys.platform == "linux"


def zip_path(name: str, architecture: str) -> Path:
    return DIST / f"{name}-{architecture}.zip"
