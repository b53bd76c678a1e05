"""The demo as a test: real binaries, a real apply, real queues; each of its checks counts as one test.

All acts are played where Terraform applies; where it can, the first act is played once more without it. Where it cannot, all acts
are played without it, and each configuration that was not applied is named.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import refused
from scripts.build import DIST, ROOT
from scripts.build.compile import target_folder

# Any of tenantctl's own tests has its binary built as all the tests have it; alone it would be built with other features of what
# it depends on, from the beginning.
TENANTCTL = ("cargo", "test", "--locked", "--workspace", "--no-run", "--test", "docs")
ZIPS = (sys.executable, "-m", "scripts.build")


def main() -> int:
    for building in (TENANTCTL, ZIPS):
        # Cargo itself knows what is up to date.
        if failed := subprocess.run(building, cwd=ROOT).returncode:
            return failed
    told = played("--full", "--tenantctl", str(target_folder() / "debug" / "tenantctl"))
    passed, failed, skipped = list(told["passed"]), list(told["failed"]), []
    if told["terraform"]:
        without = played("--without-terraform")
        passed += without["passed"]
        failed += [f"without Terraform: {name}" for name in without["failed"]]
    elif not failed:
        skipped = [f"Terraform applies {folder}: {told['created']}" for folder in ("examples/sqs-existing-backend", "examples/kinesis-fan-out")]
    for line in skipped:
        print(f"SKIPPED {line}")
    print(f"end-to-end: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


def played(*arguments: str) -> dict:
    """One run of the demo with the release binaries: its checks by how they ended, and the demo's own verdict among them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "demo.json"
        demo = [sys.executable, "-m", "scripts.demo", "--json", str(report), "--zips", str(DIST), *arguments]
        code = subprocess.run(demo, cwd=ROOT).returncode
        told = json.loads(report.read_text()) if report.exists() else {"checks": [], "terraform": False, "created": ""}
    failed = [check["name"] for check in told["checks"] if not check["holds"]]
    passed = [check["name"] for check in told["checks"] if check["holds"]]
    # It may end badly after its last check, or before its first.
    if code != 0 and not failed:
        failed.append(f"the demo ended with exit code {code}")
    return told | {"passed": passed + (["the demo ended well"] if code == 0 else []), "failed": failed}


if __name__ == "__main__":
    refused.run(main)
