"""Checks that Lambda's runtime has the libraries that a binary needs: python3 -m scripts.build.glibc [ZIP or BINARY…]

Without names it checks every zip in dist/. The runtime is provided.al2023; see GLIBC in scripts/build.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

from scripts import task
from scripts.build import GLIBC, BuildFailed
from scripts.build.elf import Binary
from scripts.build.package import packed

# Libraries that every Amazon Linux has: glibc, its loader, and the compiler's unwinder.
PRESENT = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def check(name: str, path: Path) -> str:
    """Returns the glibc version that the binary needs. Raises `BuildFailed` if the runtime does not have what it needs."""
    binary = Binary(path)
    foreign = sorted(binary.libraries() - PRESENT)
    if foreign:
        raise BuildFailed(
            f"the runtime lacks a library: {name}: it needs {', '.join(foreign)}: link it statically, or remove the dependency that needs it"
        )
    newest = max((number(version) for version in binary.versions() if version.startswith("GLIBC_2")), default=None)
    if newest is None:
        return "no glibc"
    if newest > GLIBC:
        raise BuildFailed(
            f"the runtime's glibc {dotted(GLIBC)} is too old: {name}: it needs GLIBC_{dotted(newest)}: "
            "this machine's glibc is newer than the runtime's; build with `./taskw build -- --zig`"
        )
    return f"glibc {dotted(newest)}"


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.removeprefix("GLIBC_").split("."))


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def check_zip(path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        if archive.namelist() != ["bootstrap"]:
            raise BuildFailed(f"the zip holds {archive.namelist()}: {path.name}: it must hold one file, bootstrap; build it again")
        if archive.getinfo("bootstrap").external_attr >> 16 & 0o777 != 0o755:
            raise BuildFailed(f"bootstrap is not executable: {path.name}: its mode must be 0755; build it again")
        return check(path.name, Path(archive.extract("bootstrap", folder)))


def main() -> int:
    paths = [Path(argument) for argument in sys.argv[1:]] or packed()
    if not paths:
        print("there is no zip to check: dist/: run `./taskw build` first")
        return 1
    passed = 0
    for path in paths:
        try:
            print(f"ok      {path.name}: {check_zip(path) if zipfile.is_zipfile(path) else check(path.name, path)}")
            passed += 1
        except BuildFailed as problem:
            print(f"FAILED  {problem}")
    print(f"glibc: {passed} passed, {len(paths) - passed} failed")
    return 0 if passed == len(paths) else 1


if __name__ == "__main__":
    task.run(main)
