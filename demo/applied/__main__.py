"""Applies the examples: python -m demo.applied [--zips FOLDER] [--keep]"""

import argparse
import platform
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from demo.acts import ARCHITECTURES
from demo.applied.run import run
from demo.show.progress import Steps
from demo.stage import StageFailed, cloud, terraform


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.applied", description="Applies the examples on an embedded emulator.")
    parser.add_argument("--zips", metavar="FOLDER", type=Path, default=cloud.ROOT / "dist", help="where the zips are (default dist)")
    parser.add_argument("--keep", action="store_true", help="keep the folder: logs, trace, Terraform's working copies")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("it was asked to end"))
    console = Console(stderr=True)
    folder = Path(tempfile.mkdtemp(prefix="tenant-router-applied-"))
    try:
        terraform.check_installed()
        checks = run(folder, options.zips.resolve(), ARCHITECTURES[platform.machine().lower()], Steps(console))
    except StageFailed as problem:
        sys.exit(f"the examples cannot be applied: {problem}")
    finally:
        if options.keep:
            console.print(f"kept: {folder}", highlight=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for check in checks:
        print(f"{'FAILED' if check.problem else 'ok':<7}{check.what}" + (f": {check.problem}" if check.problem else ""))
    failed = sum(bool(check.problem) for check in checks)
    print(f"applied: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
