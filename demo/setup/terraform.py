"""Applies configurations of this repository with Terraform, from working copies, as a user would in their own account."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from demo.configurations import copied
from demo.setup import SetupFailed
from demo.setup.cloud import Cloud
from demo.setup.processes import group, tail, tied
from scripts.terraform.attempt import requiring
from scripts.terraform.binary import TerraformUnavailable
from scripts.terraform.providers import APPLIED_VERSION, Need, Providers, find

# Settings of the provider: the emulator has no accounts to look up, and no instance metadata with credentials.
UNCHECKED = """skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true"""
# The provider is the one that the demo is tested with, the last of its major version. A newer one may call APIs that the
# emulator lacks.
OVERRIDE = f"""{requiring(APPLIED_VERSION)}
provider "aws" {{
  {UNCHECKED}
}}
"""
# Terraform mostly waits.
AT_ONCE = "-parallelism=40"


def real_provider(say: Callable[[str], None]) -> tuple[Providers | None, str]:
    """The providers with which Terraform can apply; or None, and the reason."""
    try:
        providers = find(Need.APPLY, say)
    except TerraformUnavailable as problem:
        return None, str(problem)
    return (providers, "") if providers.real else (None, f"neither the registry nor a mirror has hashicorp/aws {APPLIED_VERSION}")


class WorkingCopy:
    """A working copy of a configuration, and what it created."""

    def __init__(
        self,
        cloud: Cloud,
        providers: Providers,
        name: str,
        configuration: Path,
        variables: dict,
        changed: Callable[[Path], None] = lambda _: None,
    ):
        """`changed` may change the working copy before Terraform reads it."""
        self.providers, self.configuration, self.variables, self.changed = providers, configuration, variables, changed
        self.copy = cloud.folder / "copies" / name
        self.log = cloud.folder / f"terraform-{name}.log"
        self.environment = providers.environment(cloud.environment())
        self.folder = self.copy / configuration

    def prepare(self) -> None:
        """Makes the working copy."""
        copied(self.configuration, self.copy)
        (self.folder / "demo_override.tf").write_text(OVERRIDE)
        (self.folder / "demo.auto.tfvars.json").write_text(json.dumps(self.variables))
        self.changed(self.copy)

    def terraform(self, *arguments: str):
        """Starts Terraform. It ends with the context."""
        command = [self.providers.binary.path, *arguments, "-input=false", "-no-color"]
        return group(tied(command), self.environment, self.folder, self.log)

    def run(self, *arguments: str) -> Iterator[None]:
        """Runs Terraform and yields while it works. Raises `SetupFailed` if it fails."""
        with self.terraform(*arguments) as process:
            while process.poll() is None:
                yield
        if process.returncode != 0:
            raise SetupFailed(f"terraform {arguments[0]} failed: {self.configuration}: see its output:\n{tail(self.log)}")

    def outputs(self) -> dict:
        command = [self.providers.binary.path, "output", "-json"]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, check=True)
        return {name: output["value"] for name, output in json.loads(done.stdout).items()}
