"""An example as Terraform applies it: its folder in a working copy of the tree, its variables, its state."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acceptance.process import Command
from acceptance.target import TAG, Target
from demo.emulator import ISOLATION_TAG
from demo.setup.terraform import UNCHECKED
from scripts.terraform import workspace
from scripts.terraform.attempt import requiring
from scripts.terraform.providers import APPLIED_VERSION

# Terraform mostly waits.
AT_ONCE = "-parallelism=30"
# The emulator isolates a function with this tag, because aws 5.x has no tenancy_config.
ISOLATED = (ISOLATION_TAG, "PER_TENANT")

# The changes of the working copy for an emulator, as the report lists them.
ON_AN_EMULATOR = (
    f"hashicorp/aws {APPLIED_VERSION} instead of 6.23 or newer, with which the emulator is not tested",
    "tenancy_config is removed from modules/backend, because that provider lacks it; a tag sets the same on the emulator",
)

LOCKED = re.compile(r'^provider "[^"]*/hashicorp/aws" \{\s*version\s*=\s*"([^"]+)"', re.MULTILINE)

PROVIDER = """provider "aws" {{
  {checks}

  default_tags {{
    tags = {{ "{tag}" = "{run}" }}
  }}
}}
"""
TENANCY = """resource "aws_lambda_function" "backend" {{
  tags = merge(var.tags, {{ "{0}" = "{1}" }})
}}
"""


@dataclass(frozen=True)
class Tree:
    """A working copy of the Terraform folders, in which Terraform runs."""

    folder: Path
    target: Target
    run: str
    binary: str
    environment: Mapping[str, str]

    def prepare(self) -> None:
        """Copies the tree. For an emulator it is changed; in an account the examples are applied unchanged."""
        if self.folder.exists():
            return
        workspace.copy(self.folder)
        if self.target.is_aws:
            for lock in workspace.REPOSITORY.glob(f"examples/*/{workspace.LOCK}"):
                shutil.copy2(lock, self.folder / lock.relative_to(workspace.REPOSITORY))
        else:
            workspace.lower_to_5x(self.folder)
            (self.folder / "modules/backend/acceptance_override.tf").write_text(TENANCY.format(*ISOLATED))

    def override(self) -> str:
        """Tags every resource with the run, and limits Terraform to the account."""
        checks = f'allowed_account_ids = ["{self.target.account}"]' if self.target.is_aws else UNCHECKED
        provider = PROVIDER.format(checks=checks, tag=TAG, run=self.run)
        return provider if self.target.is_aws else requiring(APPLIED_VERSION) + "\n" + provider


def provider_version(tree: Tree) -> str:
    """The installed version of the provider, from the lock file of any example."""
    locks = [lock.read_text() for lock in sorted(tree.folder.glob(f"examples/*/{workspace.LOCK}"))]
    found = [match.group(1) for lock in locks if (match := LOCKED.search(lock))]
    return found[0] if found else "none was installed"


class Deployment:
    """One example in the working copy."""

    def __init__(self, tree: Tree, example: str, variables: dict):
        self.tree, self.example, self.variables = tree, example, variables
        self.folder = tree.folder / "examples" / example

    @property
    def is_prepared(self) -> bool:
        return self.override.exists()

    @property
    def override(self) -> Path:
        return self.folder / "acceptance_override.tf"

    def prepare(self) -> None:
        self.override.write_text(self.tree.override())
        (self.folder / "acceptance.auto.tfvars.json").write_text(json.dumps(self.variables, indent=2))

    def start(self, *arguments: str) -> Command:
        """Starts a Terraform command in the example's folder."""
        log = self.tree.folder.parent / f"{self.example}-{arguments[0]}.log"
        return Command([self.tree.binary, *arguments, "-input=false", "-no-color"], self.tree.environment, self.folder, log)

    @property
    def state(self) -> dict:
        file = self.folder / "terraform.tfstate"
        return json.loads(file.read_text()) if file.exists() else {}

    def outputs(self) -> dict:
        return {name: output["value"] for name, output in self.state.get("outputs", {}).items()}

    def resources(self, type: str | None = None) -> list[dict]:
        """The attributes of the created resources, of one type or of all."""
        managed = [resource for resource in self.state.get("resources", []) if resource["mode"] == "managed"]
        return [instance["attributes"] for resource in managed if type in (None, resource["type"]) for instance in resource["instances"]]

    def created(self) -> Counter[str]:
        """The number of created resources by type."""
        found: Counter[str] = Counter()
        for resource in self.state.get("resources", []):
            if resource["mode"] == "managed":
                found[resource["type"]] += len(resource["instances"])
        return found
