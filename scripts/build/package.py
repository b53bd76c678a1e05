"""Zips that are the same bytes whenever the binary is, and the list of their SHA-256 sums."""

import hashlib
import zipfile
from pathlib import Path

from scripts.build import DIST, LAMBDAS, TARGETS, zip_path

SUMS = DIST / "SHA256SUMS"

# The earliest time that a zip can tell: the real one would make every build look new to Terraform.
EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(binary: Path, into: Path, level: int = 9) -> int:
    """Writes the zip with the one file that a custom runtime starts; gives its size in bytes. `level`: of compression, 0 to 9."""
    entry = zipfile.ZipInfo("bootstrap", EPOCH)
    entry.create_system = 3  # Unix: else the mode below is not looked at
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    into.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(entry, binary.read_bytes(), compresslevel=level)
    return into.stat().st_size


def packed() -> list[Path]:
    """The zips in dist/ that this repository builds."""
    names = (zip_path(name, architecture) for name in LAMBDAS for architecture in TARGETS)
    return sorted(path for path in names if path.exists())


def write_sums() -> None:
    """For `sha256sum --check SHA256SUMS`."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in packed()]
    SUMS.write_text("".join(lines))
