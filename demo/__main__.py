"""The demo from beginning to end: python -m demo [--json FILE] [--zips FOLDER]"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from demo import acts
from demo.evidence import trust_checks
from demo.evidence.checks import RULES, RULES_WHEN_KILLED, check
from demo.evidence.facts import facts
from demo.evidence.seen import Seen
from demo.evidence.trust import Trust
from demo.show.progress import Steps
from demo.show.report import show
from demo.stage import StageFailed, cloud, terraform
from demo.stage.tenantctl import Tenantctl
from demo.story import NotSent


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw demo --", description=sys.modules["demo"].__doc__.split("\n")[0])
    parser.add_argument("--json", metavar="FILE", help="write figures and checks here as well")
    parser.add_argument("--zips", metavar="FOLDER", type=Path, default=cloud.ROOT / "dist", help="where the zips are (default dist)")
    tenantctl = cloud.ROOT / "target" / "debug" / "tenantctl"
    parser.add_argument("--tenantctl", metavar="FILE", type=Path, default=tenantctl, help="the binary (default target/debug/tenantctl)")
    parser.add_argument("--keep", action="store_true", help="keep the demo's folder: logs, journals, Terraform's state")
    options = parser.parse_args()

    # Asked to end, it leaves by the same door as after Ctrl-C, past everything that tidies up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the demo was asked to end"))
    console, begun = Console(stderr=True), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tenant-router-demo-"))
    try:
        seen = play(folder, options.zips.resolve(), options.tenantctl.resolve(), Steps(console))
    except (StageFailed, NotSent) as problem:
        sys.exit(f"the demo cannot go on: {problem}")
    except KeyboardInterrupt:
        sys.exit("stopped; nothing is left running")
    finally:
        if options.keep:
            console.print(f"kept: {folder}", highlight=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    first, second, third = seen
    checks, figures = check(first, RULES) + check(second, RULES_WHEN_KILLED), facts(first, second, third)
    checks += check(third, trust_checks.RULES)
    seconds = time.monotonic() - begun
    show(Console(), figures, checks, seconds)
    if options.json:
        told = {"checks": [vars(found) | {"holds": found.holds} for found in checks], "seconds": round(seconds, 1)}
        Path(options.json).write_text(json.dumps(figures.data() | told, indent=2) + "\n")
    return 0 if all(found.holds for found in checks) else 1


def play(folder: Path, zips: Path, tenantctl: Path, steps: Steps) -> tuple[Seen, Seen, Trust]:
    """Sets the stage, plays the acts, and gathers what became of the messages of each."""
    terraform.check_installed()
    with ExitStack() as running:
        with steps.step("Starting an AWS with tenant isolation on this machine"):
            place = running.enter_context(cloud.running(folder / "cloud"))
        operator = Tenantctl(tenantctl, place)
        scene = acts.set_scene(place, zips, steps)
        first = acts.first(scene, steps)
        second = acts.second(scene, first.sent, steps)
        return first, second, acts.third(scene, {*first.sent, *second.sent}, operator, steps)


if __name__ == "__main__":
    sys.exit(main())
