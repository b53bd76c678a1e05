"""Runs the demo as a test: with real binaries, a real apply and real queues. Each check of the demo counts as one test.

If Terraform can apply here, all parts run with Terraform, and the first part runs once more without it. If it cannot, all parts
run without it, and each configuration that was not applied is reported as skipped.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import task
from scripts.build import ROOT
from scripts.build.compile import target_folder
from scripts.test import zips

# Building one of tenantctl's tests builds its binary with the features of the whole workspace. Building the binary alone
# would use other features, and start from the beginning.
TENANTCTL = ("cargo", "test", "--locked", "--workspace", "--no-run", "--test", "docs")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.test.end_to_end", description="Runs the demo as a test.")
    zips.add_option(parser)
    profile = parser.parse_args().profile
    if failed := subprocess.run(TENANTCTL, cwd=ROOT).returncode:
        return failed
    folder, _ = zips.build(profile)
    demo = run_demo(folder, "--full", "--tenantctl", str(target_folder() / "debug" / "tenantctl"))
    passed, failed, skipped = list(demo["passed"]), list(demo["failed"]), []
    if demo["terraform"]:
        without = run_demo(folder, "--without-terraform")
        passed += without["passed"]
        failed += [f"without Terraform: {name}" for name in without["failed"]]
    elif not failed:
        skipped = [f"Terraform applies {folder}: {demo['created']}" for folder in ("examples/sqs-existing-backend", "examples/kinesis-fan-out")]
    for line in skipped:
        print(f"SKIPPED {line}")
    print(f"end-to-end: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


def run_demo(folder: Path, *arguments: str) -> dict:
    """Runs the demo once with the zips in this folder. Returns its report with the names of the passed and of the failed checks."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "demo.json"
        command = [sys.executable, "-m", "scripts.demo", "--json", str(report), "--zips", str(folder), *arguments]
        code = subprocess.run(command, cwd=ROOT).returncode
        # The demo creates the file at its beginning, and writes it at its end.
        written = report.read_text() if report.exists() else ""
        demo = json.loads(written) if written else {"checks": [], "terraform": False, "created": ""}
    failed = [check["name"] for check in demo["checks"] if not check["holds"]]
    passed = [check["name"] for check in demo["checks"] if check["holds"]]
    # The demo may fail after its last check, or before its first.
    if code != 0 and not failed:
        failed.append(f"the demo ended with exit code {code}")
    return demo | {"passed": passed + (["the demo ended with exit code 0"] if code == 0 else []), "failed": failed}


if __name__ == "__main__":
    task.run(main)
