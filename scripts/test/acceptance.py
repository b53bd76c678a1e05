"""Runs the acceptance test on the embedded emulator: applies every example with the real provider, uses it under faults, destroys it."""

import argparse
import subprocess

from scripts import task
from scripts.build import ROOT
from scripts.test import zips
from scripts.tools import ensure


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.test.acceptance", description="Runs the acceptance test on the embedded emulator.")
    zips.add_option(parser)
    folder, _ = zips.build(parser.parse_args().profile)
    command = [ensure("demo") / "python", "-m", "acceptance.on_emulator", "--zips", folder, "--output", ROOT / ".tools" / "acceptance"]
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    task.run(main)
