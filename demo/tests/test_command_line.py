"""An unusable option of the demo is reported in one line with what, where and what to do. No process and no file is left."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from demo.configurations import FUNCTIONS
from demo.setup import ROOT, machine


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.zips = self.folder / "zips"
        self.zips.mkdir()
        for name in FUNCTIONS:
            (self.zips / f"{name}-{machine.architecture()}.zip").touch()
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()

    def refused(self, *arguments: str) -> str:
        environment = os.environ | {"TMPDIR": str(self.temporary)}
        done = subprocess.run([sys.executable, "-m", "demo", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(list(self.temporary.iterdir()), [])
        [line] = done.stderr.splitlines()
        return line

    def test_folder_without_zips_is_rejected(self):
        line = self.refused("--zips", str(self.temporary))
        self.assertRegex(line, f"zips are missing: {self.temporary}: it has no .*; build them with `./taskw build`")

    def test_unwritable_report_is_rejected_at_once(self):
        line = self.refused("--zips", str(self.zips), "--json", str(self.folder / "nowhere" / "report.json"))
        self.assertRegex(line, "the report cannot be written: .*/nowhere/report.json: No such file or directory: name a file")

    def test_full_demo_needs_tenantctl(self):
        self.assertRegex(self.refused("--zips", str(self.zips), "--full"), "tenantctl is not built: --full: name it with --tenantctl")

    def test_missing_tenantctl_is_rejected(self):
        line = self.refused("--zips", str(self.zips), "--full", "--tenantctl", str(self.folder / "none"))
        self.assertRegex(line, "tenantctl is missing: .*/none: build it with")
