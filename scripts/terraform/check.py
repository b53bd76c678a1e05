"""Checks all Terraform: the format; and for the root, each module and each example the validity, lock file, order, messages and tests.

If the provider release that the demo applies with is available, the root, the examples and the modules that they call are also
validated with that release: its own value checks find more than schemas do. A deployment of an older version is planned with it.

usage: python3 -m scripts.terraform.check [--only FOLDER] [--quick]
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from scripts import task
from scripts.terraform import conditions, opentofu, order, providers, upgrade, workspace
from scripts.terraform.binary import Binary, TerraformUnavailable, terraform_binary
from scripts.terraform.providers import Kind, Need
from scripts.terraform.results import Results
from scripts.terraform.served import NotServed, served

PARALLEL = 2  # Each check uses one core.
INIT = ("init", "-backend=false", "-input=false", "-no-color")

Job = Callable[[], None]


class Checks:
    """All checks of one copy of the tree, with one provider."""

    def __init__(self, binary: Binary, tree: Path, installing: dict[str, str], results: Results, label: str = "") -> None:
        self.binary, self.tree, self.results, self.label = binary, tree, results, label
        # `init` installs the provider with the first; all other commands use the second, which may be a provider that runs
        # already.
        self.installing = self.using = installing

    def serve(self, folder: str, scratch: Path, running: ExitStack) -> bool:
        """Installs the provider, and starts it for all commands that follow. Returns whether both worked."""
        if not self.init(folder, self.installing):
            return False
        scratch.mkdir()
        try:
            self.using = running.enter_context(served(self.binary, self.tree / folder, self.installing, scratch))
        except NotServed as problem:
            self.results.add(f"provider{self.label}", 0, 1, str(problem))
        return self.using is not self.installing

    def run(self, folder: str, *arguments: str) -> workspace.Result:
        return workspace.run([self.binary.path, *arguments], self.tree / folder, self.using)

    def init(self, folder: str, environment: dict[str, str]) -> bool:
        result = workspace.run([self.binary.path, *INIT], self.tree / folder, environment)
        if result.code:
            self.results.add(f"{folder}: init{self.label}", 0, 1, result.output)
        return result.code == 0

    def validate(self, folder: str) -> None:
        if self.init(folder, self.using):
            self.results.step(f"{folder}: validate{self.label}", self.run(folder, "validate", "-no-color"))

    def everything(self, folder: str) -> None:
        # Only an installed provider gets into the lock file.
        if not self.init(folder, self.using if is_module(folder) else self.installing):
            return
        self.results.step(f"{folder}: validate", self.run(folder, "validate", "-no-color"))
        self.lock_file(folder)
        if folder in order.ORDER:
            self.order(folder)
        if self.binary.product == "OpenTofu" and self.binary.version < opentofu.INSTANCES and opentofu.overrides_instances(self.tree / folder):
            self.results.skip(f"terraform {folder}: test", f"{self.binary} takes no instance as the target of an override, 1.13 does")
        elif list((self.tree / folder).glob("tests/*.tftest.hcl")):
            self.test(folder)

    def lock_file(self, folder: str) -> None:
        """Modules have no lock file, since their users choose the versions; the root and the examples have one."""
        committed = workspace.constraints(workspace.REPOSITORY / folder / workspace.LOCK)
        wanted = None if is_module(folder) else workspace.constraints(self.tree / folder / workspace.LOCK)
        problem = f"{folder}/{workspace.LOCK} is for {committed!r}, the folder asks for {wanted!r}: run terraform init there, or remove the file"
        self.results.problems(f"{folder}: lock file", [problem] if committed != wanted else [])

    def order(self, folder: str) -> None:
        graph = self.run(folder, "graph")
        self.results.problems(f"{folder}: order", [graph.output] if graph.code else order.missing(folder, graph.output))

    def upgrade(self) -> None:
        if not self.init(upgrade.FOLDER, self.using):
            return
        upgrade.write_state(self.tree / upgrade.FOLDER, self.binary.registry)
        planned = self.run(upgrade.FOLDER, *upgrade.COMMAND)
        shown = self.run(upgrade.FOLDER, "show", "-json", upgrade.PLAN) if planned.code == 0 else planned
        problems = upgrade.lost(shown.output) if shown.code == 0 else [shown.output]
        self.results.problems(f"{upgrade.FOLDER}: an older deployment is kept{self.label}", problems)

    def test(self, folder: str) -> None:
        result = self.run(folder, "test", "-json")
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
        self.results.add(f"{folder}: test", passed, failed, "\n".join(said))


def is_module(folder: str) -> bool:
    return folder.startswith("modules/")


def text_checks(folder: str, results: Results) -> None:
    """The checks that need no provider."""
    if found := conditions.of(workspace.REPOSITORY / folder):
        results.problems(f"{folder}: messages", conditions.unhelpful(found))
    if not list((workspace.REPOSITORY / folder).glob("tests/*.tftest.hcl")):
        results.problems(f"{folder}: test", [f"no tests: {folder}/tests: write a *.tftest.hcl"])


def with_newest(folders: list[str], quick: bool, results: Results, scratch: Path, running: ExitStack) -> list[Job]:
    found = providers.find(Need.CHECK)
    if found.kind is Kind.NONE:
        for folder in folders:
            results.skip(f"terraform {folder}: validate, order, lock file, test", f"no hashicorp/aws {Need.CHECK.value}")
        return []
    checks = Checks(found.binary, workspace.copy(scratch / "tree"), found.environment(), results)
    if not checks.serve(workspace.narrowest(folders), scratch / "provider", running):
        return []
    return [lambda folder=folder: (checks.validate if quick else checks.everything)(folder) for folder in folders]


def with_applied(folders: list[str], results: Results, scratch: Path, running: ExitStack) -> tuple[list[Job], Path | None]:
    found = providers.find(Need.APPLY)
    if not found.real:
        for folder in folders:
            results.skip(f"terraform {folder}: validate (aws 5.x)", f"no hashicorp/aws {Need.APPLY.value}")
        if "." in folders:
            results.skip(f"terraform {upgrade.FOLDER}: an older deployment is kept (aws 5.x)", f"no hashicorp/aws {Need.APPLY.value}")
        return [], None
    tree = workspace.copy(scratch / "tree-5x")
    workspace.lower_to_5x(tree)
    checks = Checks(found.binary, tree, found.environment(), results, " (aws 5.x)")
    if not checks.serve(workspace.narrowest(folders), scratch / "provider-5x", running):
        return [], None
    jobs: list[Job] = [lambda folder=folder: checks.validate(folder) for folder in folders]
    return jobs + [checks.upgrade] * ("." in folders), tree


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.terraform.check", description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="FOLDER", help="one folder, such as modules/sqs")
    parser.add_argument("--quick", action="store_true", help="check only format, messages and validity with the newest provider; run no tests")
    options = parser.parse_args()
    results = Results()
    try:
        binary = terraform_binary()
    except TerraformUnavailable as problem:
        results.add("terraform", 0, 1, str(problem))
        return results.close()
    folders = [options.only.rstrip("/")] if options.only else workspace.folders()
    # Validating the caller of a module also validates the module.
    callers = [folder for folder in folders if options.only or not is_module(folder)]
    with tempfile.TemporaryDirectory(prefix="tenant-router-terraform-") as name, ExitStack() as running:
        scratch = Path(name)
        format_check = [binary.path, "fmt", "-check", "-diff", "-recursive", "-no-color"]
        results.step("format", workspace.run(format_check, workspace.copy(scratch / "format"), workspace.quiet()))
        for folder in folders:
            text_checks(folder, results)
        jobs = with_newest(folders, options.quick, results, scratch, running)
        tree_5x = None
        if not options.quick:
            more, tree_5x = with_applied(callers, results, scratch, running)
            jobs += more
        with ThreadPoolExecutor(PARALLEL) as pool:
            for done in [pool.submit(job) for job in jobs]:
                done.result()
        if tree_5x and (uncalled := set(folders) - set(callers) - workspace.called(tree_5x)):
            results.problems("aws 5.x", [f"neither the root nor an example calls {', '.join(sorted(uncalled))}: write an example"])
    return results.close()


if __name__ == "__main__":
    task.run(main)
