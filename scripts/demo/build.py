"""Builds the demo's Lambda functions: python3 -m scripts.demo.build FOLDER PACKAGE…

It writes each event to standard output as one line of JSON:

    {"left": 90, "done": 120, "of": 250}       the number of crates that are built, and an estimate of the seconds that are left
    {"zip": "sqs-router"}                      this function's zip is in the folder
    {"binary": "tenantctl", "path": "…"}       a package that is not a Lambda function is built
    {"failed": "…"}                            what is wrong, and what to do; always the last line

It ends as soon as no process reads its output.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from scripts.build import LAMBDAS, ROOT, host_architecture
from scripts.build.package import pack
from scripts.demo.size import name_of, sizes

PROFILE = "demo"
EVERY_SECONDS = 1.0
# No estimate is given before this time.
SILENT_SECONDS = 8
FULL = "No space left on device"


class Progress:
    """How much of the build is done, weighted by the size of each crate."""

    def __init__(self, of: dict[str, int], clock: Callable[[], float] = time.monotonic):
        self.of, self.clock, self.begun, self.built, self.fresh = of, clock, clock(), set(), 0

    def artifact(self, name: str, fresh: bool) -> None:
        """Counts a crate as built. A crate that was up to date took no time, so it does not change the estimate."""
        if name in self.of and name not in self.built:
            self.built.add(name)
            self.fresh += self.of[name] if fresh else 0

    def event(self) -> dict:
        passed, total = self.clock() - self.begun, sum(self.of.values())
        done = sum(self.of[name] for name in self.built)
        made = done - self.fresh
        left = round(passed * (total - done) / made) if made and passed >= SILENT_SECONDS else None
        return {"left": left, "done": len(self.built), "of": len(self.of)}


def main() -> None:
    folder, packages = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    named = [part for package in packages for part in ("--package", package)]
    command = ["cargo", "build", "--locked", "--profile", PROFILE, "--message-format", "json-render-diagnostics", *named]
    progress = Progress(sizes(packages))
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True) as cargo:
            ended = threading.Event()
            threading.Thread(target=report, args=(progress, ended), daemon=True).start()
            for line in cargo.stdout:
                built(json.loads(line), progress, packages, folder)
        ended.set()
        if cargo.returncode != 0:
            errors.seek(0)
            write_event({"failed": problem(errors.read())})
            sys.exit(1)


def built(message: dict, progress: Progress, packages: list[str], folder: Path) -> None:
    if message["reason"] != "compiler-artifact":
        return
    name = name_of(message["package_id"])
    if "custom-build" not in message["target"]["kind"]:
        progress.artifact(name, message["fresh"])
    package, binary = name.split()[0], message["executable"]
    if package in packages and binary and message["target"]["kind"] == ["bin"]:
        if package not in LAMBDAS:
            write_event({"binary": package, "path": binary})
            return
        zip_file = folder / f"{package}-{host_architecture()}.zip"
        # A reader never sees half a zip, because it is renamed when it is complete.
        part = zip_file.with_suffix(".part")
        pack(Path(binary), part, level=1)
        part.replace(zip_file)
        write_event({"zip": package})


def problem(errors: str) -> str:
    if FULL in errors:
        return f"the disk is full: {target()}: free some space, or name another folder in CARGO_TARGET_DIR"
    return f"the build failed: cargo build --profile {PROFILE}: see what the compiler said:\n" + "\n".join(errors.splitlines()[-30:])


def target() -> Path:
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target")


def report(progress: Progress, ended: threading.Event) -> None:
    while not ended.wait(EVERY_SECONDS):
        write_event(progress.event())


writing = threading.Lock()


def write_event(event: dict) -> None:
    """Writes an event. If no process reads it any more, the demo has ended; then this process and cargo end too."""
    try:
        with writing:
            print(json.dumps(event), flush=True)
    except BrokenPipeError:
        os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    os.setpgid(0, 0)
    main()
