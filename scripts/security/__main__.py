"""Removes one control at a time and checks that its test fails: ./taskw controls [-- --only WORD --write]"""

import argparse
import os
import signal
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from scripts import task
from scripts.build import ROOT
from scripts.security import scratch
from scripts.security.control import Control
from scripts.security.controls import CONTROLS
from scripts.security.proofs import FAILED, PASSED, SILENT, TestTarget

PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- controls: written by ./taskw controls -- --write -->\n", "<!-- end of controls -->\n"

# A test without its control may never end; a first build takes minutes.
TIMEOUT_SECONDS = 900
WORDS = {FAILED: "caught", PASSED: "SURVIVED", SILENT: "DID NOT RUN"}


@dataclass(frozen=True)
class Result:
    control: Control
    outcome: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw controls --", description=__doc__.split(":")[0])
    parser.add_argument("--only", metavar="WORD", help="only controls with this word in threat, control, file or test")
    parser.add_argument("--write", action="store_true", help="write the outcome into docs/security.md; needs all controls")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("the page needs all controls: --write: leave --only out")
    chosen = [control for control in CONTROLS if options.only is None or control.mentions(options.only)]
    lost = [
        f"the text of the control does not occur exactly once: {control.file}: {control.old!r}: correct `old` in scripts/security"
        for control in chosen
        if not control.occurs_once()
    ]
    if lost or not chosen:
        print("\n".join(lost) or "no control has this word: --only: choose a word of its threat, title, file or test")
        return 1
    scratch.refresh()
    if broken := failing_in_place(chosen):
        print("\n".join(f"the test does not pass with its control in place: {control.proof}" for control in broken))
        return 1
    results = [attempt(control) for control in chosen]
    caught = sum(result.outcome == FAILED for result in results)
    print(f"\n{caught} passed, {len(results) - caught} failed")
    if options.write and caught == len(results):
        write(results)
    return 0 if caught == len(results) else 1


def failing_in_place(chosen: list[Control]) -> list[Control]:
    """The controls whose tests fail or do not run although the control is in place."""
    names: dict[TestTarget, set[str]] = defaultdict(set)
    for control in chosen:
        names[control.proof.target].add(control.proof.name)
    outputs = {}
    for target, of_target in names.items():
        print(f"with all controls: {target.where} {target.what}", flush=True)
        if first := target.preparation():
            run(first, scratch.TREE / target.where)
        outputs[target] = run(target.command(sorted(of_target)), folder(target))
        if any(target.outcome(name, outputs[target]) != PASSED for name in of_target):
            print(outputs[target])
    return [control for control in chosen if control.proof.target.outcome(control.proof.name, outputs[control.proof.target]) != PASSED]


def attempt(control: Control) -> Result:
    begun, target, name = time.monotonic(), control.proof.target, control.proof.name
    with scratch.without(control):
        output = run(target.command([name]), folder(target))
    outcome = target.outcome(name, output)
    if outcome == SILENT:
        print(output)
    seconds = time.monotonic() - begun
    print(f"{WORDS[outcome]:<12}{control.threat} · {control.what} · {name} · {seconds:.0f} s", flush=True)
    return Result(control, outcome)


def folder(target: TestTarget) -> Path:
    return scratch.TREE / target.where if target.kind == "terraform" else scratch.TREE


def run(command: list[str], where: Path) -> str:
    """The output of a command. The command and its children are killed if they take too long."""
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
        return process.communicate(timeout=TIMEOUT_SECONDS)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0] + f"\nkilled after {TIMEOUT_SECONDS} s"


def write(results: list[Result]) -> None:
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{table(results)}{END}{after}")


def table(results: list[Result]) -> str:
    rows = [f"| {result.control.threat} | {result.control.what} | {result.control.proof} | {WORDS[result.outcome]} |" for result in results]
    head = ["| threat | control removed | test | |", "| --- | --- | --- | --- |"]
    return "\n".join([f"{len(rows)} controls were removed one at a time; for each, its test failed.\n", *head, *rows]) + "\n"


if __name__ == "__main__":
    task.run(main)
