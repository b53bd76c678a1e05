"""What the demo is given and cannot use is one line that says what, where and what to do; nothing is left running or lying about."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from demo.configurations import FUNCTIONS
from demo.stage import ROOT, machine


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

    def test_folder_without_zips_is_refused(self):
        line = self.refused("--zips", str(self.temporary))
        self.assertRegex(line, f"zips are missing: {self.temporary}: it has no .*; build them with `./taskw build`")

    def test_report_that_cannot_be_written_is_refused_at_once(self):
        line = self.refused("--zips", str(self.zips), "--json", str(self.folder / "nowhere" / "report.json"))
        self.assertRegex(line, "the report cannot be written: .*/nowhere/report.json: No such file or directory: name a file")

    def test_all_acts_need_the_operator_s_tool(self):
        self.assertRegex(self.refused("--zips", str(self.zips), "--full"), "nobody builds tenantctl: --full: name it with --tenantctl")

    def test_operator_s_tool_that_is_not_there_is_refused(self):
        line = self.refused("--zips", str(self.zips), "--full", "--tenantctl", str(self.folder / "none"))
        self.assertRegex(line, "tenantctl is not there: .*/none: build it with")
