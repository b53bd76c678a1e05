"""Finds the binary that every task runs: Terraform, or the one that TERRAFORM names (`TERRAFORM=tofu`)."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.task import TaskError

VARIABLE = "TERRAFORM"
# Both support validations that read other variables from 1.9 on.
OLDEST = (1, 9)
WHERE_FROM = {"Terraform": "developer.hashicorp.com/terraform/install", "OpenTofu": "opentofu.org/docs/intro/install"}
VERSION = re.compile(r"^(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\d+)", re.MULTILINE)
PATIENCE_SECONDS = 60


class TerraformUnavailable(TaskError):
    """There is no usable Terraform or OpenTofu. The text says what to do."""


@dataclass(frozen=True)
class Binary:
    """A Terraform or OpenTofu binary."""

    path: str
    # `Terraform` or `OpenTofu`.
    product: str
    version: tuple[int, int, int]

    @property
    def registry(self) -> str:
        """The default registry host of source addresses without a host."""
        return "registry.opentofu.org" if self.product == "OpenTofu" else "registry.terraform.io"

    def __str__(self) -> str:
        return f"{self.product} {'.'.join(map(str, self.version))}"


def terraform_binary(environment: Mapping[str, str] = os.environ) -> Binary:
    """The binary to run. Raises `TerraformUnavailable` if it is missing, too old, or not one of the two."""
    named = environment.get(VARIABLE) or "terraform"
    path = shutil.which(named, path=environment.get("PATH"))
    if path is None:
        if named == "terraform":
            raise TerraformUnavailable(f"terraform is not installed: PATH: install {wanted('Terraform')}, or set {VARIABLE}=tofu to use OpenTofu")
        product = "OpenTofu" if "tofu" in named else "Terraform"
        raise TerraformUnavailable(f"{named} is not installed: {VARIABLE}={named}: install {wanted(product)}, or unset {VARIABLE}")
    quiet = dict(environment, CHECKPOINT_DISABLE="1", TF_CLI_CONFIG_FILE=os.devnull)
    quiet.pop("TF_PLUGIN_CACHE_DIR", None)
    try:
        asked = subprocess.run([path, "version"], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise TerraformUnavailable(f"{named} cannot be run: {path}: install {wanted('Terraform')}; it said: {problem}") from problem
    match = VERSION.search(asked.stdout)
    if match is None:
        raise TerraformUnavailable(f"neither Terraform nor OpenTofu: {path}: install {wanted('Terraform')}, and name it in {VARIABLE} if need be")
    binary = Binary(path, match[1], (int(match[2]), int(match[3]), int(match[4])))
    if binary.version < OLDEST:
        raise TerraformUnavailable(f"{binary} is too old: {path}: install {wanted(binary.product)}")
    return binary


def wanted(product: str) -> str:
    return f"{product} {'.'.join(map(str, OLDEST))} or newer ({WHERE_FROM[product]})"
