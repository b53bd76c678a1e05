"""Applies configurations of this repository with Terraform, from working copies, as a user would in an account of theirs."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from demo.stage import StageFailed
from demo.stage.cloud import ROOT, Cloud, tail
from demo.stage.processes import group

# The emulator has no accounts to look up, and no instance that could lend credentials. The provider is the one that
# this demo is tested with, the last of its major version: a newer one may ask for what the emulator does not serve.
OVERRIDE = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""


def check_installed() -> None:
    if not shutil.which("terraform"):
        raise StageFailed("terraform is not installed: PATH: install Terraform 1.9 or newer (developer.hashicorp.com/terraform/install)")


class Estate:
    """A working copy of a configuration, and what it created."""

    def __init__(self, cloud: Cloud, name: str, configuration: Path, variables: dict, changed: Callable[[Path], None] = lambda _: None):
        """`changed` may change the working copy before Terraform sees it."""
        self.configuration, self.variables, self.changed = configuration, variables, changed
        self.copy = cloud.folder / "estates" / name
        self.log = cloud.folder / f"terraform-{name}.log"
        self.environment = cloud.environment() | own_configuration() | {"TF_IN_AUTOMATION": "1"}
        self.folder = self.copy / configuration

    def prepare(self) -> None:
        """Copies what the configuration is made of; `../..` of it is then the copy, not the repository."""
        ignore = shutil.ignore_patterns(".terraform", "*.tfstate*")
        for part in (Path("modules"), self.configuration):
            if not (ROOT / part).is_dir():
                raise StageFailed(f"a part of this repository is missing: {part}: clone it anew")
            shutil.copytree(ROOT / part, self.copy / part, ignore=ignore)
        for file in ROOT.glob("*.tf"):
            shutil.copy(file, self.copy)
        (self.folder / "demo_override.tf").write_text(OVERRIDE)
        # It may lock another version of the provider.
        (self.folder / ".terraform.lock.hcl").unlink(missing_ok=True)
        (self.folder / "demo.auto.tfvars.json").write_text(json.dumps(self.variables))
        self.changed(self.copy)

    def terraform(self, *arguments: str):
        """Starts Terraform, for as long as the context is held."""
        return group(["terraform", *arguments, "-input=false", "-no-color"], self.environment, self.folder, self.log)

    def outputs(self) -> dict:
        told = subprocess.run(["terraform", "output", "-json"], cwd=self.folder, env=self.environment, capture_output=True, check=True)
        return {name: output["value"] for name, output in json.loads(told.stdout).items()}


def apply(estates: list[Estate]) -> list[dict]:
    """Applies them side by side, since most of it is waiting; gives the outputs of each."""
    for estate in estates:
        estate.prepare()
    for arguments in (("init",), ("apply", "-auto-approve")):
        with ExitStack() as running:
            started = [(estate, running.enter_context(estate.terraform(*arguments))) for estate in estates]
            for estate, process in started:
                if process.wait() != 0:
                    raise StageFailed(f"terraform {arguments[0]} failed: {estate.configuration}: it said:\n{tail(estate.log)}")
    return [estate.outputs() for estate in estates]


def own_configuration() -> dict[str, str]:
    """Where this machine gets its providers, if not from the registry: the configurations ask for aws 5.100 or newer."""
    named = os.environ.get("TF_CLI_CONFIG_FILE_5X") or os.environ.get("TF_CLI_CONFIG_FILE")
    return {"TF_CLI_CONFIG_FILE": named} if named else {}
