"""Compiles the Lambda functions: with this machine's own linker, or with zig for another architecture."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.build import GLIBC, LAMBDAS, ROOT, TARGETS, BuildFailed
from scripts.tools import ensure

PACKAGES = [part for name in LAMBDAS for part in ("--package", name)]


def plainly(profile: str = "release") -> dict[str, Path]:
    """Builds the functions for this machine's architecture with its own linker. Returns the binaries by function name."""
    run(["cargo", "build", "--profile", profile, "--locked", *PACKAGES], os.environ)
    return {name: target_folder() / profile / name for name in LAMBDAS}


def with_zig(architecture: str) -> dict[str, Path]:
    """Builds the functions for any architecture; zig links against the glibc version of the runtime. Returns the binaries by function name."""
    target, glibc = TARGETS[architecture], ".".join(map(str, GLIBC))
    need_standard_library(target)
    tools = ensure("cross")
    command = [tools / "cargo-zigbuild", "zigbuild", "--release", "--locked", "--target", f"{target}.{glibc}", *PACKAGES]
    run(command, os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"})
    return {name: target_folder() / target / "release" / name for name in LAMBDAS}


def run(command: list, environment) -> None:
    if not shutil.which("cargo"):
        raise BuildFailed("cargo is not installed: PATH: install Rust with rustup")
    if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
        raise BuildFailed(f"the build failed: {' '.join(map(str, command[:3]))}: see the compiler's message above")


def target_folder() -> Path:
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target")


def need_standard_library(target: str) -> None:
    """Installs Rust's standard library for the target with rustup if it is missing."""
    if has_standard_library(target):
        return
    if shutil.which("rustup"):
        subprocess.run(["rustup", "target", "add", target], cwd=ROOT)
    if not has_standard_library(target):
        raise BuildFailed(
            f"Rust's standard library is missing: {target}: run `rustup target add {target}` where its download "
            "server can be reached, or build without --all for this machine's architecture only"
        )


def has_standard_library(target: str) -> bool:
    asked = subprocess.run(["rustc", "--print", "target-libdir", "--target", target], cwd=ROOT, capture_output=True, text=True)
    folder = Path(asked.stdout.strip())
    return asked.returncode == 0 and any(folder.glob("libstd-*.rlib"))
