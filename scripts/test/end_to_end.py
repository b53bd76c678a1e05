"""The demo as a test: real binaries, a real apply, real queues; each of its checks counts as one test."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import refused
from scripts.build import ROOT
from scripts.build.compile import target_folder

# Any of tenantctl's own tests has its binary built as all the tests have it; alone it would be built with other features of what
# it depends on, from the beginning.
TENANTCTL = ("cargo", "test", "--locked", "--workspace", "--no-run", "--test", "docs")


def main() -> int:
    if built := subprocess.run(TENANTCTL, cwd=ROOT).returncode:
        return built
    tenantctl = target_folder() / "debug" / "tenantctl"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "demo.json"
        demo = [sys.executable, "-m", "scripts.demo", "--json", report, "--tenantctl", tenantctl]
        code = subprocess.run(demo, cwd=ROOT).returncode
        checks = json.loads(report.read_text())["checks"] if report.exists() else []
    failed = [check["name"] for check in checks if not check["holds"]]
    # The demo's own verdict counts as well: it may end badly after its last check, or before its first.
    if code != 0 and not failed:
        failed.append(f"the demo ended with exit code {code}")
    passed = len(checks) + (code == 0) - sum(not check["holds"] for check in checks)
    print(f"end-to-end: {passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    refused.run(main)
