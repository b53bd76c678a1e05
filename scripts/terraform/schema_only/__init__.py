"""A provider that only serves the schemas of hashicorp/aws, for `validate` and `test`. See README.md."""

import fcntl
import hashlib
import json
import platform
import shutil
import sys
from pathlib import Path

from scripts.terraform.mirrors import REGISTRIES, as_host, host_folder
from scripts.tools import ensure

FOLDER = Path(__file__).parent
SCHEMA, PROVIDER = FOLDER / "aws-schema.json", FOLDER / "schema_provider.py"
# Go's names of the architectures, which the paths of providers contain.
ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def mirror(home: Path) -> Path:
    """A filesystem mirror in this folder with the provider under both registries' hosts. It is rebuilt if a part of it changed."""
    python = ensure("schema_provider") / "python"
    wanted = hashlib.sha256(
        SCHEMA.read_bytes() + PROVIDER.read_bytes() + Path(__file__).read_bytes() + str(python).encode() + package().encode()
    ).hexdigest()
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tree, stamp = home / "mirror", home / "stamp"
        if not stamp.is_file() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(tree, ignore_errors=True)
            fill(tree, python)
            stamp.write_text(wanted)
    return tree


def fill(tree: Path, python: Path) -> None:
    first, *others = REGISTRIES
    place = host_folder(tree, first) / version() / package()
    place.mkdir(parents=True)
    for file in (SCHEMA, PROVIDER):
        shutil.copy(file, place)
    start = place / f"terraform-provider-aws_v{version()}_x5"
    start.write_text(f'#!/bin/sh\nexec "{python}" "{place / PROVIDER.name}" "$@"\n')
    start.chmod(0o755)
    for host in others:
        as_host(tree, host, tree)


def version() -> str:
    return json.loads(SCHEMA.read_text())["version"]


def package() -> str:
    """This machine's platform, as it occurs in the paths of providers."""
    machine = platform.machine().lower()
    return f"{sys.platform}_{ARCHITECTURES.get(machine, machine)}"
