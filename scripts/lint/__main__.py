"""Runs every lint: python3 -m scripts.lint"""

import time

from scripts import task
from scripts.test.run import report, run
from scripts.test.suites import LINTS, TERRAFORM_FORMAT, suites


def main() -> int:
    # The format of Terraform is one check of many in a suite that takes minutes, so it is run by itself.
    chosen = [suite for suite in suites() if suite.name in LINTS]
    begun = time.monotonic()
    return report([run(suite) for suite in [*chosen, TERRAFORM_FORMAT]], time.monotonic() - begun)


if __name__ == "__main__":
    task.run(main)
