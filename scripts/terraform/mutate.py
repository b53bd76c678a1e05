"""Sees that no check in the modules is idle: takes away each validation and precondition in turn, and runs the tests.

A check whose loss no test notices is a survivor. Slow (some minutes), so it is run by hand after checks have changed.

usage: python3 -m scripts.terraform.mutate [FOLDER...]
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts import refused
from scripts.terraform import providers, refusals, workspace
from scripts.terraform.providers import Kind, Need, Providers

PARALLEL = 2


def survives(scratch: Path, folder: str, refusal: refusals.Refusal, provider: Providers) -> bool:
    """Whether all tests that refuse something still pass."""
    tree = workspace.copy(scratch)
    (tree / folder / refusal.file.name).write_text(refusal.without)
    files = list((tree / folder / "tests").glob("*.tftest.hcl"))
    refusing = [path for path in files if "expect_failures" in path.read_text()]
    terraform, env = provider.binary.path, provider.environment()
    workspace.run([terraform, "init", "-backend=false", "-input=false"], tree / folder, env)
    valid = workspace.run([terraform, "validate", "-no-color"], tree / folder, env)
    if valid.code:
        raise SystemExit(f"the mutant is not valid Terraform: {folder}/{refusal.file.name}: {valid.output}")
    filters = [f"-filter=tests/{path.name}" for path in refusing]
    return workspace.run([terraform, "test", *filters], tree / folder, env).code == 0


def main() -> int:
    folders = sys.argv[1:] or [folder for folder in workspace.folders() if not folder.startswith("examples/")]
    provider = providers.find(Need.CHECK)
    if provider.kind is Kind.NONE:
        return 1
    killed = survived = 0
    with tempfile.TemporaryDirectory(prefix="tenant-router-mutate-") as scratch, ThreadPoolExecutor(PARALLEL) as pool:
        work = [(folder, refusal) for folder in folders for refusal in refusals.of(workspace.REPOSITORY / folder)]
        runs = [pool.submit(survives, Path(scratch) / str(number), folder, refusal, provider) for number, (folder, refusal) in enumerate(work)]
        for (folder, refusal), run in zip(work, runs):
            idle = run.result()
            killed, survived = killed + (not idle), survived + idle
            print(f"{'SURVIVED' if idle else 'noticed '} {folder}/{refusal.file.name}: {refusal.message}", flush=True)
    print(f"mutants: {killed} passed, {survived} failed")
    return 1 if survived or not work else 0


if __name__ == "__main__":
    refused.run(main)
