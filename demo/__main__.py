"""Runs the demo from beginning to end: python -m demo [--full] [--json FILE] [--zips FOLDER]"""

import argparse
import json
import sys
import time
from pathlib import Path

from rich.console import Console

from demo.configurations import FUNCTIONS
from demo.run import Options, run
from demo.setup import ROOT, SetupFailed, cloud, machine, zips
from demo.setup.folder import own_folder
from demo.setup.zips import Zips
from demo.show import page
from demo.show.progress import Steps
from demo.show.report import show
from scripts import task


def main() -> int:
    options = parsed()
    console = Console(stderr=True)
    steps = Steps(console)
    kept = (lambda folder: console.print(f"kept: {folder}", highlight=False)) if options.keep else None
    check_writable(options.json)
    functions, tenantctl = zips_of(options, steps), options.tenantctl and options.tenantctl.resolve()
    with own_folder(kept) as folder, cloud.running(folder / "cloud") as place:
        result = run(place, functions, steps, Options(options.full, options.without_terraform, tenantctl, options.begun))
    show(Console(), result.facts, result.checks, result.created, result.times)
    if options.json:
        Path(options.json).write_text(json.dumps(result.data(), indent=2) + "\n")
    holds = all(found.holds for found in result.checks)
    if options.write and holds:
        page.write(result.times, options.full)
    return 0 if holds else 1


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./taskw demo --", description=sys.modules["demo"].__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="run all phases: kill routers, make the registry fail, kill a replay (minutes)")
    parser.add_argument("--without-terraform", action="store_true", help="create everything through the AWS APIs, even if Terraform can apply")
    parser.add_argument("--json", metavar="FILE", help="also write the figures and checks to this file")
    parser.add_argument("--write", action="store_true", help=f"write how long the demo took into {page.PAGE.relative_to(ROOT)}")
    parser.add_argument("--zips", metavar="FOLDER", type=Path, help="use the zips in this folder, such as dist, instead of building them")
    parser.add_argument("--tenantctl", metavar="FILE", type=Path, help="use this tenantctl binary instead of building it; for --full")
    parser.add_argument("--keep", action="store_true", help="keep the demo's folder: logs, journals, Terraform's state")
    # Options that `scripts.demo` sets: the folder of the build, the pipe with its events, and when the demo was started.
    parser.add_argument("--building", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--events", metavar="FD", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--begun", metavar="SECONDS", type=float, default=time.monotonic(), help=argparse.SUPPRESS)
    return parser.parse_args()


def check_writable(report: str | None) -> None:
    """Checks early that the report can be written, before the demo has taken minutes."""
    try:
        if report:
            open(report, "a").close()
    except OSError as problem:
        raise SetupFailed(f"the report cannot be written: {report}: {problem.strerror}: name a file in a folder of yours") from problem


def zips_of(options: argparse.Namespace, steps: Steps) -> Zips:
    """The functions' zips, which exist or are being built, and the path of tenantctl."""
    architecture = machine.architecture()
    if options.building is None:
        made, wanted = zips.lying((options.zips or ROOT / "dist").resolve(), architecture), []
    else:
        made, wanted = Zips(options.building.resolve(), architecture), list(FUNCTIONS)
    if options.full and options.tenantctl is None:
        wanted.append(zips.TENANTCTL)
    if options.events is not None:
        zips.watch(made, options.events, wanted, steps.say)
    elif wanted:
        raise SetupFailed("tenantctl is not built: --full: name it with --tenantctl, or call ./taskw demo")
    return made


if __name__ == "__main__":
    task.run(main)
