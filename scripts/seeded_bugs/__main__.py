"""Sows bugs into the router's rules and sees whether the simulation finds each: ./taskw seeded-bugs [-- --only WORD --write]"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

from scripts import scratch
from scripts.build import ROOT
from scripts.seeded_bugs.bug import HEAD, MODULE, SWITCH, Bug, NotThere, sown
from scripts.seeded_bugs.bugs import BUGS

HOME = ROOT / ".tools" / "seeded-bugs"
TREE, SIMULATE = HOME / "tree", HOME / "simulate"
# The workspace's own, whose builds of other people's crates serve here as well.
TARGET = ROOT / "target"

CRATES = ("tenancy", "sources", "routing")
# Histories within which a bug has to be found, and in which the router without one breaks no promise.
WITHIN = 200_000
# A router with a bug may wait for ever.
PATIENCE = 300

FOUND = re.compile(r"^history (\d+) of seed \d+ breaks a promise.*?^broken: (\w+)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Found:
    promise: str
    # In which history, counted from 1.
    history: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw seeded-bugs --", description=__doc__.split(":")[0])
    parser.add_argument("--only", metavar="WORD", help="only bugs with this word in name, file or what is wrong")
    parser.add_argument("--write", action="store_true", help="write what came of it into docs/figures; needs all of them")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("half a proof cannot be written: --write: leave --only out")
    try:
        scratch.mirror(TREE, with_bugs())
    except NotThere as problem:
        print(problem)
        return 1
    build()
    clean = hunt(0)
    print(f"{'clean' if clean.returncode == 0 else 'FAILED'}: without a bug, {WITHIN} histories", flush=True)
    if clean.returncode != 0:
        print(clean.stdout)
    chosen = [(number, bug) for number, bug in enumerate(BUGS, 1) if options.only is None or bug.speaks_of(options.only)]
    found = {bug.name: attempt(number, bug) for number, bug in chosen}
    failed = sum(result is None for result in found.values()) + (clean.returncode != 0)
    print(f"\n{len(found) + 1 - failed} passed, {failed} failed")
    if options.write and not failed:
        pass
    return 1 if failed else 0


def with_bugs() -> dict[str, str]:
    """The files with their bugs, and the switch in each crate."""
    of: dict[str, list[tuple[int, Bug]]] = defaultdict(list)
    for number, bug in enumerate(BUGS, 1):
        of[bug.file].append((number, bug))
    files = {name: sown((ROOT / name).read_text(), bugs) for name, bugs in of.items()}
    roots = (f"crates/{crate}/src/lib.rs" for crate in CRATES)
    return files | {root: HEAD + (ROOT / root).read_text() + MODULE for root in roots}


def build() -> None:
    begun = time.monotonic()
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "simulation"]
    ours = {"CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never"}
    subprocess.run(command, cwd=TREE, env=os.environ | ours, check=True)
    shutil.copy2(TARGET / "release" / "simulate", SIMULATE)
    print(f"built in {time.monotonic() - begun:.0f} s, with {len(BUGS)} bugs", flush=True)


def hunt(number: int) -> subprocess.CompletedProcess[str]:
    command = [SIMULATE, "--histories", str(WITHIN)]
    ours = {SWITCH: str(number)}
    return subprocess.run(command, env=os.environ | ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)


def attempt(number: int, bug: Bug) -> Found | None:
    begun = time.monotonic()
    output = hunt(number).stdout
    match = FOUND.search(output)
    found = Found(match[2], int(match[1]) + 1) if match else None
    verdict = f"{found.promise}, history {found.history}" if found else "SURVIVED"
    print(f"{bug.name:<28}{verdict} · {bug.wrong} · {time.monotonic() - begun:.1f} s", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
