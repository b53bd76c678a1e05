"""The demo as a test: real binaries, a real apply, real queues; each of its checks counts as one test."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.build import ROOT


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "demo.json"
        code = subprocess.run([sys.executable, "-m", "scripts.demo", "--json", report], cwd=ROOT).returncode
        checks = json.loads(report.read_text())["checks"] if report.exists() else []
    failed = [check["name"] for check in checks if not check["holds"]]
    # The demo's own verdict counts as well: it may end badly after its last check, or before its first.
    if code != 0 and not failed:
        failed.append(f"the demo ended with exit code {code}")
    passed = len(checks) + (code == 0) - sum(not check["holds"] for check in checks)
    print(f"end-to-end: {passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
