"""Checks that every check in the modules is tested: removes each validation and precondition in turn, and runs the tests.

A check survives if no test fails without it. This takes some minutes, so run it by hand after you change checks.

usage: python3 -m scripts.terraform.mutate [FOLDER...]
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts import task
from scripts.terraform import conditions, providers, workspace
from scripts.terraform.providers import Kind, Need, Providers

PARALLEL = 2


def survives(scratch: Path, folder: str, condition: conditions.Condition, provider: Providers) -> bool:
    """Whether all tests of rejected values pass without the check."""
    tree = workspace.copy(scratch)
    (tree / folder / condition.file.name).write_text(condition.without)
    files = list((tree / folder / "tests").glob("*.tftest.hcl"))
    rejecting = [path for path in files if "expect_failures" in path.read_text()]
    terraform, env = provider.binary.path, provider.environment()
    workspace.run([terraform, "init", "-backend=false", "-input=false"], tree / folder, env)
    valid = workspace.run([terraform, "validate", "-no-color"], tree / folder, env)
    if valid.code:
        raise SystemExit(f"the mutant is not valid Terraform: {folder}/{condition.file.name}: {valid.output}")
    filters = [f"-filter=tests/{path.name}" for path in rejecting]
    return workspace.run([terraform, "test", *filters], tree / folder, env).code == 0


def main() -> int:
    folders = sys.argv[1:] or [folder for folder in workspace.folders() if not folder.startswith("examples/")]
    provider = providers.find(Need.CHECK)
    if provider.kind is Kind.NONE:
        return 1
    killed = survived = 0
    with tempfile.TemporaryDirectory(prefix="tenant-router-mutate-") as scratch, ThreadPoolExecutor(PARALLEL) as pool:
        work = [(folder, condition) for folder in folders for condition in conditions.of(workspace.REPOSITORY / folder)]
        runs = [pool.submit(survives, Path(scratch) / str(number), folder, condition, provider) for number, (folder, condition) in enumerate(work)]
        for (folder, condition), run in zip(work, runs):
            idle = run.result()
            killed, survived = killed + (not idle), survived + idle
            print(f"{'SURVIVED' if idle else 'noticed '} {folder}/{condition.file.name}: {condition.message}", flush=True)
    print(f"mutants: {killed} passed, {survived} failed")
    return 1 if survived or not work else 0


if __name__ == "__main__":
    task.run(main)
