"""The demo from beginning to end: python -m demo [--json FILE] [--zips FOLDER]"""

import argparse
import json
import platform
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from demo.evidence.checks import check
from demo.evidence.facts import facts
from demo.evidence.seen import Seen, gather
from demo.show.progress import Steps
from demo.show.report import show
from demo.stage import StageFailed, backend, cloud, terraform
from demo.story.queues import NotSent, Queues
from demo.story.script import script

# The backend's timeout; the routers get one that is longer.
BACKEND_SECONDS = 10
# How soon a failed message comes back. AWS advises six times the router's timeout, which the modules keep to; nobody
# wants to watch that, and no batch of the demo takes nearly as long as this.
RETRY_SECONDS = 8
# Five tries until the dead-letter queue, and room for a slow machine.
PATIENCE_SECONDS = 240

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw demo --", description=sys.modules["demo"].__doc__.split("\n")[0])
    parser.add_argument("--json", metavar="FILE", help="write figures and checks here as well")
    parser.add_argument("--zips", metavar="FOLDER", type=Path, default=cloud.ROOT / "dist", help="where the zips are (default dist)")
    parser.add_argument("--keep", action="store_true", help="keep the demo's folder: logs, journals, Terraform's state")
    options = parser.parse_args()

    # Asked to end, it leaves by the same door as after Ctrl-C, past everything that tidies up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the demo was asked to end"))
    console, begun = Console(stderr=True), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tenant-router-demo-"))
    try:
        seen = play(folder, options.zips.resolve(), Steps(console))
    except (StageFailed, NotSent) as problem:
        sys.exit(f"the demo cannot go on: {problem}")
    except KeyboardInterrupt:
        sys.exit("stopped; nothing is left running")
    finally:
        if options.keep:
            console.print(f"kept: {folder}", highlight=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    checks, figures = check(seen), facts(seen)
    seconds = time.monotonic() - begun
    show(Console(), figures, checks, seconds)
    if options.json:
        told = {"checks": [vars(found) | {"holds": found.holds} for found in checks], "seconds": round(seconds, 1)}
        Path(options.json).write_text(json.dumps(figures.data() | told, indent=2) + "\n")
    return 0 if all(found.holds for found in checks) else 1


def play(folder: Path, zips: Path, steps: Steps) -> Seen:
    """Sets the stage, sends the messages, and gathers what became of them."""
    architecture = ARCHITECTURES[platform.machine().lower()]
    terraform.check_installed()
    with ExitStack() as running:
        with steps.step("Starting an AWS with tenant isolation on this machine"):
            place = running.enter_context(cloud.running(folder / "cloud"))
        return act(place, zips, architecture, steps)


def act(place: cloud.Cloud, zips: Path, architecture: str, steps: Steps) -> Seen:
    with steps.step("Creating the isolated backend (PER_TENANT)"):
        isolated = backend.create(place, zips / f"demo-backend-{architecture}.zip", architecture, BACKEND_SECONDS)
    estate = terraform.Estate(place)
    with steps.step(f"Applying {terraform.EXAMPLE} with Terraform (about a minute: the provider waits for each queue)"):
        estate.prepare()
        outputs = estate.apply(
            {
                "backend_arn": isolated.arn,
                "backend_timeout_seconds": BACKEND_SECONDS,
                "artifacts_directory": str(zips),
                "architecture": architecture,
            }
        )
    queues, messages = Queues(place, outputs), script()
    queues.return_failures_after(RETRY_SECONDS)
    with steps.step(f"Sending {len(messages)} messages to a standard and a FIFO queue") as note:
        count = 0

        def sent(more: int) -> None:
            nonlocal count
            count += more
            note(f"{count} sent")

        known = queues.send(messages, sent)
    with steps.step(f"Waiting until every one has met its end (failures are tried again after {RETRY_SECONDS} s)") as note:
        left = queues.drain(PATIENCE_SECONDS, lambda waiting: note(f"{waiting} on their way"))
    with steps.step("Reading journals, quarantines and dead-letter queues"):
        return gather(known, left, place, isolated, queues)


if __name__ == "__main__":
    sys.exit(main())
