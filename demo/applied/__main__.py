"""Applies the examples: python -m demo.applied [--zips FOLDER] [--keep]"""

import argparse
from pathlib import Path

from rich.console import Console

from demo.applied.examples import EXAMPLES
from demo.applied.run import listed, run
from demo.show.progress import Steps
from demo.stage import ROOT, machine
from demo.stage.folder import own_folder
from demo.stage.terraform import real_provider
from scripts import refused


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.applied", description="Applies the examples on an embedded emulator.")
    parser.add_argument("--zips", metavar="FOLDER", type=Path, default=ROOT / "dist", help="where the zips are (default dist)")
    parser.add_argument("--keep", action="store_true", help="keep the folder: logs, trace, Terraform's working copies")
    options = parser.parse_args()

    steps = Steps(Console(stderr=True))
    kept = (lambda folder: steps.say(f"kept: {folder}")) if options.keep else None
    providers, why = real_provider(steps.say)
    skipped = [] if providers else [example.name for example in EXAMPLES]
    checks = [listed()]
    if providers:
        with own_folder(kept) as folder:
            checks += run(folder, options.zips.resolve(), machine.architecture(), providers, steps)
    for check in checks:
        print(f"{'FAILED' if check.problem else 'ok':<7}{check.what}" + (f": {check.problem}" if check.problem else ""))
    for name in skipped:
        print(f"SKIPPED {name} is applied, used, planned once more and destroyed: {why}")
    failed = sum(bool(check.problem) for check in checks)
    print(f"applied: {len(checks) - failed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    refused.run(main)
