"""The Terraform folders of this repository, and working copies of them.

Checks run on copies without lock files, because a mirror may hold another version than they name. Nothing that Terraform
writes gets into the work tree.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = ".terraform.lock.hcl"
PARTS = ("modules", "examples", "tests")
QUIET = {"TF_IN_AUTOMATION": "1", "NO_COLOR": "1", "CHECKPOINT_DISABLE": "1"}
CONSTRAINTS = re.compile(r'^\s*constraints\s*=\s*"(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """The exit code and the output of a command."""

    code: int
    output: str


def folders() -> list[str]:
    """The root, every module and every example, as paths from the repository's root. The slowest to test comes first."""
    found = [path.parent for path in REPOSITORY.glob("modules/*/versions.tf")]
    found += [path.parent for path in REPOSITORY.glob("examples/*/versions.tf")]
    names = [str(path.relative_to(REPOSITORY)) for path in found] + ["."]
    weight = {name: sum(path.stat().st_size for path in (REPOSITORY / name).glob("tests/*.hcl")) for name in names}
    return sorted(names, key=lambda name: (-weight[name], name))


def narrowest(folders: list[str]) -> str:
    """The folder whose provider version suits all of them: examples also constrain the major version."""
    return next((name for name in folders if name.startswith("examples/")), folders[0])


def copy(target: Path) -> Path:
    """Copies all Terraform folders, without lock files and without files that Terraform wrote."""
    ignore = shutil.ignore_patterns(".terraform", LOCK, "*.tfstate*", "*.tfplan")
    target.mkdir(parents=True)
    for path in REPOSITORY.glob("*.tf"):
        shutil.copy2(path, target)
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, target / part, ignore=ignore)
    return target


def lower_to_5x(tree: Path) -> None:
    """Changes a copy to aws 5.x, so that its value checks run. It lacks only tenancy_config."""
    for path in tree.rglob("*.tf"):
        text = path.read_text()
        text = re.sub('">= (?:6[.]23|5[.]100)(?:, < 7[.]0)?"', '"~> 5.100"', text)
        text = text.replace("data.aws_region.current.region", "data.aws_region.current.name")
        text = re.sub(r"^  tenancy_config \{\n.*?^  \}\n", "", text, flags=re.MULTILINE | re.DOTALL)
        path.write_text(text)


def called(tree: Path) -> set[str]:
    """The folders that the initialised folders of a copy call as modules, directly or not."""
    found = set()
    for manifest in tree.glob("**/.terraform/modules/modules.json"):
        caller = manifest.parents[2]
        found |= {(caller / module["Dir"]).resolve() for module in json.loads(manifest.read_text())["Modules"]}
    return {str(folder.relative_to(tree.resolve())) for folder in found if folder != tree.resolve()}


def constraints(lock: Path) -> str | None:
    """The version constraints for which a lock file was written."""
    found = CONSTRAINTS.search(lock.read_text()) if lock.is_file() else None
    return found.group(1) if found else None


def quiet() -> dict[str, str]:
    """An environment for commands that need no provider."""
    return dict(os.environ, TF_CLI_CONFIG_FILE=os.devnull, **QUIET)


def run(command: list[str], folder: Path, env: dict[str, str]) -> Result:
    """Runs a command and waits for it."""
    done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return Result(done.returncode, done.stdout + done.stderr)
