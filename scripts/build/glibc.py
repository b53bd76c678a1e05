"""Whether Lambda's runtime has what a binary asks for: python3 -m scripts.build.glibc [ZIP or BINARY…]

Without names it looks at every zip in dist/. The runtime is provided.al2023; see GLIBC beside this file.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

from scripts import refused
from scripts.build import GLIBC, BuildFailed
from scripts.build.elf import Binary
from scripts.build.package import packed

# Part of every Amazon Linux: glibc itself, its loader, and the compiler's unwinder.
PRESENT = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def check(name: str, path: Path) -> str:
    """Says what the binary asks for, or refuses it."""
    binary = Binary(path)
    foreign = sorted(binary.libraries() - PRESENT)
    if foreign:
        raise BuildFailed(
            f"the runtime lacks a library: {name}: it asks for {', '.join(foreign)}: link it statically, or drop the dependency that brings it"
        )
    newest = max((number(version) for version in binary.versions() if version.startswith("GLIBC_2")), default=None)
    if newest is None:
        return "no glibc"
    if newest > GLIBC:
        raise BuildFailed(
            f"the runtime's glibc {dotted(GLIBC)} is too old: {name}: it asks for GLIBC_{dotted(newest)}: "
            "this machine's glibc is newer than the runtime's; link against the runtime's with `./taskw build -- --zig`"
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
            raise BuildFailed(f"bootstrap cannot be executed: {path.name}: its mode must be 0755; build it again")
        return check(path.name, Path(archive.extract("bootstrap", folder)))


def main() -> int:
    paths = [Path(argument) for argument in sys.argv[1:]] or packed()
    if not paths:
        print("there is nothing to look at: dist/: run `./taskw build` first")
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
    refused.run(main)
