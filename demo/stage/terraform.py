"""Applies the example with Terraform, from a working copy, as a user would in an account of theirs."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from demo.stage import StageFailed
from demo.stage.cloud import ROOT, Cloud, tail
from demo.stage.processes import run

EXAMPLE = Path("examples/sqs-existing-backend")

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
    """A working copy of the example, and what it created."""

    def __init__(self, cloud: Cloud):
        self.copy = cloud.folder / "estate"
        self.log = cloud.folder / "terraform.log"
        self.environment = cloud.environment() | own_configuration() | {"TF_IN_AUTOMATION": "1"}
        self.folder = self.copy / EXAMPLE

    def prepare(self) -> None:
        """Copies what the example is made of; `../..` of it is then the copy, not the repository."""
        ignore = shutil.ignore_patterns(".terraform", "*.tfstate*")
        for part in (Path("modules"), EXAMPLE):
            if not (ROOT / part).is_dir():
                raise StageFailed(f"a part of this repository is missing: {part}: clone it anew")
            shutil.copytree(ROOT / part, self.copy / part, ignore=ignore)
        for file in ROOT.glob("*.tf"):
            shutil.copy(file, self.copy)
        (self.folder / "demo_override.tf").write_text(OVERRIDE)
        # It may lock another version of the provider.
        (self.folder / ".terraform.lock.hcl").unlink(missing_ok=True)

    def apply(self, variables: dict[str, str | int]) -> dict:
        """Creates everything; gives the example's outputs."""
        self.prepare()
        (self.folder / "demo.auto.tfvars.json").write_text(json.dumps(variables))
        self.terraform("init")
        self.terraform("apply", "-auto-approve")
        return self.outputs()

    def terraform(self, *arguments: str) -> None:
        command = ["terraform", *arguments, "-input=false", "-no-color"]
        if run(command, self.environment, self.folder, self.log) != 0:
            raise StageFailed(f"terraform {arguments[0]} failed: {EXAMPLE}: it said:\n{tail(self.log)}")

    def outputs(self) -> dict:
        told = subprocess.run(["terraform", "output", "-json"], cwd=self.folder, env=self.environment, capture_output=True, check=True)
        return {name: output["value"] for name, output in json.loads(told.stdout).items()}


def own_configuration() -> dict[str, str]:
    """Where this machine gets its providers, if not from the registry: the example asks for aws 5.100 or newer."""
    named = os.environ.get("TF_CLI_CONFIG_FILE_5X") or os.environ.get("TF_CLI_CONFIG_FILE")
    return {"TF_CLI_CONFIG_FILE": named} if named else {}
