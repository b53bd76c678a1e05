#!/usr/bin/env python3
"""Checks all Terraform: format; and for the root, each module and example: validity, lock file, order, tests. Before that, itself.

Honours TF_CLI_CONFIG_FILE (a mirror of providers, for instance). Where TF_CLI_CONFIG_FILE_5X names another CLI
configuration, the root and the examples are validated against aws 5.x as well, and so are the modules that they call. With
neither, providers are downloaded.

usage: check.py [--binary tofu] [--only FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import order
import refusals
import workspace

PARALLEL = 2  # Each check keeps one or two cores busy.


@dataclass
class Tally:
    """Counts checks, and prints one line for each."""

    passed: int = 0
    failed: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()

    def add(self, what: str, passed: int, failed: int, output: str) -> None:
        with self.lock:
            self.passed += passed
            self.failed += failed
            counts = f" ({passed} passed, {failed} failed)" if passed + failed > 1 else ""
            print(f"{'FAIL' if failed else 'ok  '} {what}{counts}", flush=True)
            if failed:
                print("     " + output.strip().replace("\n", "\n     "), flush=True)

    def step(self, what: str, result: workspace.Result) -> bool:
        self.add(what, int(result.code == 0), int(result.code != 0), result.output)
        return result.code == 0


class Checks:
    """All checks of one copy of the tree."""

    def __init__(self, binary: str, tree: Path, env: dict[str, str], tally: Tally) -> None:
        self.binary, self.tree, self.env, self.tally = binary, tree, env, tally

    def terraform(self, folder: str, *arguments: str) -> workspace.Result:
        return workspace.run([self.binary, *arguments], self.tree / folder, self.env)

    def init(self, folder: str, label: str) -> bool:
        result = self.terraform(folder, "init", "-backend=false", "-input=false", "-no-color")
        if result.code:
            self.tally.add(f"{folder}: init{label}", 0, 1, result.output)
        return result.code == 0

    def validate(self, folder: str, label: str = "") -> None:
        if self.init(folder, label):
            self.tally.step(f"{folder}: validate{label}", self.terraform(folder, "validate", "-no-color"))

    def everything(self, folder: str) -> None:
        self.validate(folder)
        self.lock_file(folder)
        if found := refusals.of(self.tree / folder):
            unhelpful = refusals.unhelpful(found)
            self.tally.add(f"{folder}: messages", int(not unhelpful), int(bool(unhelpful)), "\n".join(unhelpful))
        if folder in order.ORDER:
            self.order(folder)
        if list((self.tree / folder).glob("tests/*.tftest.hcl")):
            self.test(folder)
        else:
            self.tally.add(f"{folder}: test", 0, 1, f"no tests: {folder}/tests: write a *.tftest.hcl")

    def lock_file(self, folder: str) -> None:
        """Modules leave the choice of versions to their users; the root and the examples are locked."""
        committed = workspace.constraints(workspace.REPOSITORY / folder / workspace.LOCK)
        wanted = None if folder.startswith("modules/") else workspace.constraints(self.tree / folder / workspace.LOCK)
        problem = f"{folder}/{workspace.LOCK} is for {committed!r}, the folder asks for {wanted!r}: run terraform init there, or remove the file"
        self.tally.add(f"{folder}: lock file", int(committed == wanted), int(committed != wanted), problem)

    def order(self, folder: str) -> None:
        graph = self.terraform(folder, "graph")
        missing = [graph.output] if graph.code else order.missing(folder, graph.output)
        self.tally.add(f"{folder}: order", int(not missing), int(bool(missing)), "\n".join(missing))

    def test(self, folder: str) -> None:
        result = self.terraform(folder, "test", "-json")
        said, summary = [], None
        for line in result.output.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                said.append(line)
                continue
            if not isinstance(event, dict):
                said.append(line)
            elif event.get("type") == "test_summary":
                summary = event["test_summary"]
            elif event.get("@level") == "error":
                said.append(event.get("diagnostic", {}).get("detail") or event.get("@message", line))
        passed = summary.get("passed", 0) if summary else 0
        failed = sum(summary.get(kind, 0) for kind in ("failed", "errored", "skipped")) if summary else 0
        if result.code and not failed or not passed and not failed:
            failed = 1
        self.tally.add(f"{folder}: test", passed, failed, "\n".join(said))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="terraform", help="terraform or tofu")
    parser.add_argument("--only", metavar="FOLDER", help="one folder, such as modules/sqs")
    options = parser.parse_args()
    if shutil.which(options.binary) is None:
        print(f"{options.binary} is not installed: PATH: install it, 1.9 or newer")
        print("terraform: 0 passed, 1 failed")
        return 1
    folders = [options.only.rstrip("/")] if options.only else workspace.folders()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="tenant-router-terraform-") as scratch:
        tree = workspace.copy(Path(scratch) / "tree")
        checks = Checks(options.binary, tree, workspace.environment(None), tally)
        own_tests = [sys.executable, "-m", "unittest", "discover", "-s", str(Path(__file__).parent)]
        tally.step("these checks' own tests", workspace.run(own_tests, tree, dict(os.environ)))
        tally.step("format", checks.terraform(".", "fmt", "-check", "-diff", "-recursive", "-no-color"))
        # The first init alone: it may fill the plugin cache, which two must not do at a time.
        checks.init(folders[0], "")
        jobs = [(checks.everything, folder, ()) for folder in folders]
        config_5x = os.environ.get("TF_CLI_CONFIG_FILE_5X")
        if config_5x:
            tree_5x = workspace.copy(Path(scratch) / "tree-5x")
            workspace.lower_to_5x(tree_5x)
            checks_5x = Checks(options.binary, tree_5x, workspace.environment(config_5x), tally)
            # Validating whoever calls a module validates the module.
            callers = [folder for folder in folders if options.only or not folder.startswith("modules/")]
            jobs += [(checks_5x.validate, folder, (" (aws 5.x)",)) for folder in callers]
        with ThreadPoolExecutor(PARALLEL) as pool:
            for done in [pool.submit(job, folder, *more) for job, folder, more in jobs]:
                done.result()
        if config_5x and (uncalled := set(folders) - set(callers) - workspace.called(tree_5x)):
            tally.add("aws 5.x", 0, 1, f"neither the root nor an example calls {', '.join(sorted(uncalled))}: write an example")
    print(f"terraform: {tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
