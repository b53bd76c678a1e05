#!/usr/bin/env python3
"""Sees that no check in the modules is idle: takes away each validation and precondition in turn, and runs the tests.

A check whose loss no test notices is a survivor. Slow (some minutes), so it is run by hand after checks have changed.

usage: mutate.py [FOLDER...]
"""

from __future__ import annotations

import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import workspace

CHECK = re.compile(r"^( *)(?:validation|precondition) \{\n.*?^\1\}\n", re.MULTILINE | re.DOTALL)
MESSAGE = re.compile(r'error_message = "(.*)"')
PARALLEL = 2


def mutants(folder: str) -> list[tuple[str, str, str]]:
    """File, file without one check, and what that check says."""
    found = []
    for path in sorted((workspace.REPOSITORY / folder).glob("*.tf")):
        text = path.read_text()
        for check in CHECK.finditer(text):
            message = MESSAGE.search(check.group(0))
            found.append((path.name, text[: check.start()] + text[check.end() :], message.group(1) if message else ""))
    return found


def survives(scratch: Path, number: int, folder: str, name: str, text: str, env: dict[str, str]) -> bool:
    """Whether all tests that refuse something still pass."""
    tree = workspace.copy(scratch / str(number))
    (tree / folder / name).write_text(text)
    files = list((tree / folder / "tests").glob("*.tftest.hcl"))
    refusing = [path for path in files if "expect_failures" in path.read_text()]
    workspace.run(["terraform", "init", "-backend=false", "-input=false"], tree / folder, env)
    valid = workspace.run(["terraform", "validate", "-no-color"], tree / folder, env)
    if valid.code:
        raise SystemExit(f"the mutant is not valid Terraform: {folder}/{name}: {valid.output}")
    filters = [f"-filter=tests/{path.name}" for path in refusing]
    return workspace.run(["terraform", "test", *filters], tree / folder, env).code == 0


def main() -> int:
    folders = sys.argv[1:] or [folder for folder in workspace.folders() if not folder.startswith("examples/")]
    env = workspace.environment(None)
    killed = survived = 0
    with tempfile.TemporaryDirectory(prefix="tenant-router-mutate-") as scratch, ThreadPoolExecutor(PARALLEL) as pool:
        work = [(folder, *mutant) for folder in folders for mutant in mutants(folder)]
        runs = [pool.submit(survives, Path(scratch), number, folder, name, text, env) for number, (folder, name, text, _) in enumerate(work)]
        for (folder, name, _, message), run in zip(work, runs):
            idle = run.result()
            killed, survived = killed + (not idle), survived + idle
            print(f"{'SURVIVED' if idle else 'noticed '} {folder}/{name}: {message}", flush=True)
    print(f"mutants: {killed} passed, {survived} failed")
    return 1 if survived or not work else 0


if __name__ == "__main__":
    sys.exit(main())
