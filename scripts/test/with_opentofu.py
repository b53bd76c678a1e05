"""Runs all Terraform checks with OpenTofu, if it is installed."""

import os
import subprocess
import sys

from scripts import task
from scripts.build import ROOT
from scripts.terraform.binary import VARIABLE, TerraformUnavailable, terraform_binary


def main() -> int:
    environment = os.environ | {VARIABLE: "tofu"}
    try:
        terraform_binary(environment)
    except TerraformUnavailable as problem:
        print(f"SKIPPED terraform with OpenTofu: {problem}")
        print("opentofu: 0 passed, 0 failed, 1 skipped")
        return 0
    return subprocess.run([sys.executable, "-m", "scripts.terraform.check"], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    task.run(main)
