"""Takes out one control after the other and sees whether its test notices: ./taskw controls [-- --only WORD --write]"""

import argparse
import os
import signal
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from scripts import refused
from scripts.build import ROOT
from scripts.security import scratch
from scripts.security.control import Control
from scripts.security.controls import CONTROLS
from scripts.security.proofs import FAILED, PASSED, SILENT, Place

PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- controls: written by ./taskw controls -- --write -->\n", "<!-- end of controls -->\n"

# A test without its control may wait for ever; a first build takes minutes.
PATIENCE = 900
WORDS = {FAILED: "caught", PASSED: "SURVIVED", SILENT: "DID NOT RUN"}


@dataclass(frozen=True)
class Result:
    control: Control
    verdict: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw controls --", description=__doc__.split(":")[0])
    parser.add_argument("--only", metavar="WORD", help="only controls with this word in threat, control, file or test")
    parser.add_argument("--write", action="store_true", help="write what came of it into docs/security.md; needs all of them")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("half a proof cannot be written: --write: leave --only out")
    chosen = [control for control in CONTROLS if options.only is None or control.speaks_of(options.only)]
    lost = [f"not exactly once: {control.file}: {control.old!r}: correct `old` in scripts/security" for control in chosen if not control.is_there()]
    if lost or not chosen:
        print("\n".join(lost) or "no control has this word")
        return 1
    scratch.refresh()
    if broken := unsound(chosen):
        print("\n".join(f"the test does not pass with its control in place: {control.proof}" for control in broken))
        return 1
    results = [attempt(control) for control in chosen]
    caught = sum(result.verdict == FAILED for result in results)
    print(f"\n{caught} passed, {len(results) - caught} failed")
    if options.write and caught == len(results):
        write(results)
    return 0 if caught == len(results) else 1


def unsound(chosen: list[Control]) -> list[Control]:
    """The controls whose tests fail anyway, or do not run."""
    names: dict[Place, set[str]] = defaultdict(set)
    for control in chosen:
        names[control.proof.place].add(control.proof.name)
    outputs = {}
    for place, of_place in names.items():
        print(f"with all controls: {place.where} {place.what}", flush=True)
        if first := place.prepared():
            run(first, scratch.TREE / place.where)
        outputs[place] = run(place.command(sorted(of_place)), folder(place))
        if any(place.verdict(name, outputs[place]) != PASSED for name in of_place):
            print(outputs[place])
    return [control for control in chosen if control.proof.place.verdict(control.proof.name, outputs[control.proof.place]) != PASSED]


def attempt(control: Control) -> Result:
    begun, place, name = time.monotonic(), control.proof.place, control.proof.name
    with scratch.without(control):
        output = run(place.command([name]), folder(place))
    verdict = place.verdict(name, output)
    if verdict == SILENT:
        print(output)
    seconds = time.monotonic() - begun
    print(f"{WORDS[verdict]:<12}{control.threat} · {control.what} · {name} · {seconds:.0f} s", flush=True)
    return Result(control, verdict)


def folder(place: Place) -> Path:
    return scratch.TREE / place.where if place.kind == "terraform" else scratch.TREE


def run(command: list[str], where: Path) -> str:
    """All that a command says; it and its children are ended when they take too long."""
    process = subprocess.Popen(
        command,
        cwd=where,
        env=scratch.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0] + f"\ngiven up after {PATIENCE} s"


def write(results: list[Result]) -> None:
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{table(results)}{END}{after}")


def table(results: list[Result]) -> str:
    rows = [f"| {result.control.threat} | {result.control.what} | {result.control.proof} | {WORDS[result.verdict]} |" for result in results]
    head = ["| threat | control taken out | test | |", "| --- | --- | --- | --- |"]
    return "\n".join([f"{len(rows)} controls taken out one by one, {len(rows)} noticed.\n", *head, *rows]) + "\n"


if __name__ == "__main__":
    refused.run(main)
