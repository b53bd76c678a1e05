"""Seeds bugs into the router's rules and checks that the simulation finds each one: ./taskw seeded-bugs [-- --only WORD --write]"""

import argparse
import os
import re
import shutil
import subprocess
import time
from collections import defaultdict

from scripts import scratch, task
from scripts.build import ROOT
from scripts.seeded_bugs.bug import HEAD, MODULE, SWITCH, Bug, TextNotFound, seeded
from scripts.seeded_bugs.bugs import BUGS
from scripts.seeded_bugs.page import PAGE, Found, page

HOME = ROOT / ".tools" / "seeded-bugs"
TREE, SIMULATE = HOME / "tree", HOME / "simulate"
# The workspace's own target folder, where the dependencies are built already.
TARGET = ROOT / "target"

CRATES = ("tenancy", "sources", "routing")
# The simulation must find each bug within this many histories.
WITHIN = 200_000
# The copy without a bug must keep every promise in this many histories. The simulation suite runs many more on the router
# itself.
CLEAN = 50_000
# In seconds. A router with a bug may wait for ever.
TIMEOUT_SECONDS = 300

FOUND = re.compile(r"^history (\d+) of seed .*?^broken: (\w+)", re.MULTILINE | re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw seeded-bugs --", description=__doc__.split(":")[0])
    parser.add_argument("--only", metavar="WORD", help="only bugs with this word in name, file or what goes wrong")
    parser.add_argument("--write", action="store_true", help=f"write what came of it into {PAGE.relative_to(ROOT)}; needs all of them")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("the page needs all bugs: --write: leave --only out")
    chosen = [(number, bug) for number, bug in enumerate(BUGS, 1) if options.only is None or bug.mentions(options.only)]
    try:
        scratch.mirror(TREE, with_bugs())
    except TextNotFound as problem:
        print(problem)
        return 1
    if not chosen or not build():
        print(
            "no bug has this word: --only: choose a word of its name, file or effect"
            if not chosen
            else "the copy with bugs does not build: see above: correct scripts/seeded_bugs"
        )
        return 1
    failed = 0 if stays_clean() else 1
    found = {bug.name: result for number, bug in chosen if (result := attempt(number, bug))}
    failed += len(chosen) - len(found)
    checks = len(chosen) + 1
    if options.write and not failed:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(BUGS, found, WITHIN))
    elif len(found) == len(BUGS):
        checks, failed = checks + 1, failed + (0 if is_written(found) else 1)
    print(f"\n{checks - failed} passed, {failed} failed")
    return 1 if failed else 0


def with_bugs() -> dict[str, str]:
    """The files with their bugs, and the crate roots with the switch."""
    of: dict[str, list[tuple[int, Bug]]] = defaultdict(list)
    for number, bug in enumerate(BUGS, 1):
        of[bug.file].append((number, bug))
    roots = (f"crates/{crate}/src/lib.rs" for crate in CRATES)
    files = {root: HEAD + (ROOT / root).read_text() + MODULE for root in roots}
    return files | {name: seeded((ROOT / name).read_text(), bugs) for name, bugs in of.items()}


def build() -> bool:
    begun = time.monotonic()
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "simulation", "--bin", "simulate"]
    done = subprocess.run(command, cwd=TREE, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)})
    if done.returncode == 0:
        shutil.copy2(TARGET / "release" / "simulate", SIMULATE)
        print(f"built with {len(BUGS)} bugs in {time.monotonic() - begun:.0f} s", flush=True)
    return done.returncode == 0


def is_written(found: dict[str, Found]) -> bool:
    """Whether the page matches what was found."""
    is_so = PAGE.exists() and PAGE.read_text() == page(BUGS, found, WITHIN)
    if not is_so:
        print(f"{PAGE.relative_to(ROOT)} differs from what was found: write it with ./taskw seeded-bugs -- --write", flush=True)
    return is_so


def stays_clean() -> bool:
    try:
        done = simulate(0, CLEAN, "all")
    except subprocess.TimeoutExpired:
        print(f"NEVER ENDED without a bug within {TIMEOUT_SECONDS} s", flush=True)
        return False
    is_clean = done.returncode == 0
    print(f"no promise is broken in {CLEAN:,} histories without a bug" if is_clean else f"BROKEN without a bug\n{done.stdout}", flush=True)
    return is_clean


def attempt(number: int, bug: Bug) -> Found | None:
    begun = time.monotonic()
    try:
        match, survived = FOUND.search(simulate(number, WITHIN, bug.source).stdout), "SURVIVED"
    except subprocess.TimeoutExpired:
        match, survived = None, "SURVIVED (never ended)"
    found = Found(match[2], int(match[1]) + 1) if match else None
    outcome = f"{found.promise}, history {found.history:,}" if found else survived
    print(f"{outcome:<32}{bug.name} · {bug.wrong} · {time.monotonic() - begun:.1f} s", flush=True)
    return found


def simulate(number: int, histories: int, source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SIMULATE, "--histories", str(histories), "--source", source],
        env=os.environ | {SWITCH: str(number)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )


if __name__ == "__main__":
    task.run(main)
