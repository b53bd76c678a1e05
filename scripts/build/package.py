"""Packs reproducible zips, and lists their SHA-256 sums."""

import hashlib
import zipfile
from pathlib import Path

from scripts.build import DIST, LAMBDAS, TARGETS, zip_path

SUMS = DIST / "SHA256SUMS"

# The earliest time that a zip can hold. With the real time, Terraform would see a change after every build.
EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(binary: Path, into: Path, level: int = 9) -> int:
    """Writes a zip with the one file that a custom runtime starts. Returns its size in bytes. `level`: compression, 0 to 9."""
    entry = zipfile.ZipInfo("bootstrap", EPOCH)
    entry.create_system = 3  # Unix; with any other system the mode below is ignored
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    into.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(entry, binary.read_bytes(), compresslevel=level)
    return into.stat().st_size


def packed() -> list[Path]:
    """The zips of this repository that are in dist/."""
    names = (zip_path(name, architecture) for name in LAMBDAS for architecture in TARGETS)
    return sorted(path for path in names if path.exists())


def write_sums() -> None:
    """Writes the file that `sha256sum --check SHA256SUMS` reads."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in packed()]
    SUMS.write_text("".join(lines))
