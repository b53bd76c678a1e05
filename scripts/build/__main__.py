"""Builds the zips: python3 -m scripts.build [--all] [--zig]"""

import argparse

from scripts import task
from scripts.build import TARGETS, compile, glibc, host_architecture, host_runs_lambdas, package, zip_path


def main() -> None:
    parser = argparse.ArgumentParser(prog="./taskw build --", description="Builds the Lambda zips into dist/.")
    parser.add_argument("--all", action="store_true", help="build for arm64 and x86_64, not only for this machine's architecture")
    parser.add_argument("--zig", action="store_true", help="link with zig, against the glibc version of the runtime")
    options = parser.parse_args()

    host = host_architecture() if host_runs_lambdas() or not options.all else None
    for architecture in sorted(TARGETS) if options.all else [host]:
        plain = architecture == host and host_runs_lambdas() and not options.zig
        binaries = compile.plainly() if plain else compile.with_zig(architecture)
        for name, binary in binaries.items():
            needs = glibc.check(name, binary)
            size = package.pack(binary, zip_path(name, architecture))
            print(f"{zip_path(name, architecture).name:<26} {size / 2**20:5.2f} MiB   {needs}")
    package.write_sums()
    print(f"{package.SUMS.name:<26} of {len(package.packed())} zips")


if __name__ == "__main__":
    task.run(main)
