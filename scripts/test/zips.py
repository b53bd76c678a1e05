"""Builds the zips that the tests run, and checks what each needs of glibc: python3 -m scripts.test.zips [--release]

Without --release the code is not optimized: optimizing and linking seven functions takes more time than all tests together.
The code, the features and the libraries are those of a release.
"""

import argparse
from pathlib import Path

from scripts import task
from scripts.build import BuildFailed, compile, glibc, host_architecture
from scripts.build.package import pack

RELEASE, UNOPTIMIZED = "release", "demo"


def add_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release", dest="profile", action="store_const", const=RELEASE, default=UNOPTIMIZED, help="build the zips optimized, as for a release"
    )


def folder_of(profile: str) -> Path:
    return compile.target_folder() / "test-zips" / profile


def build(profile: str) -> tuple[Path, list[BuildFailed]]:
    """Builds the zips. Returns their folder, and the error of each function that Lambda's glibc cannot run. Cargo skips what is up to date."""
    folder, errors = folder_of(profile), []
    for name, binary in compile.plainly(profile).items():
        try:
            print(f"ok      {name}: {glibc.check(name, binary)}")
        except BuildFailed as error:
            errors.append(error)
        pack(binary, folder / f"{name}-{host_architecture()}.zip", level=1)
    return folder, errors


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.test.zips", description="Builds the zips that the tests run.")
    add_option(parser)
    folder, errors = build(parser.parse_args().profile)
    for error in errors:
        print(f"FAILED  {error}")
    print(f"zips: {len(list(folder.glob('*.zip'))) - len(errors)} passed, {len(errors)} failed")
    return 1 if errors else 0


if __name__ == "__main__":
    task.run(main)
