"""The demo's folder is removed with the demo, or by the next demo if it was killed. Nothing else is removed."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from demo.setup import ROOT, SetupFailed, folder

# Makes a folder, prints its path, and waits.
HOLDER = """
import time
from demo.setup.folder import own_folder
with own_folder(None) as own:
    print(own, flush=True)
    time.sleep(600)
"""


class OwnFolder(unittest.TestCase):
    def setUp(self):
        self.parent = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch.object(tempfile, "tempdir", str(self.parent)))

    def held_by_another(self) -> tuple[Path, subprocess.Popen]:
        environment = os.environ | {"TMPDIR": str(self.parent)}
        holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.communicate)
        self.addCleanup(holder.kill)
        return Path(holder.stdout.readline().strip()), holder

    def test_folder_is_removed_with_the_demo(self):
        with folder.own_folder(None) as own:
            (own / "journals").mkdir()
        self.assertEqual(list(self.parent.iterdir()), [])

    def test_folder_is_removed_when_the_demo_fails(self):
        with self.assertRaises(SetupFailed), folder.own_folder(None):
            raise SetupFailed("for a reason")
        self.assertEqual(list(self.parent.iterdir()), [])

    def test_next_demo_removes_the_folder_of_a_killed_one(self):
        left, holder = self.held_by_another()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        self.assertTrue(left.is_dir())
        with folder.own_folder(None) as own:
            self.assertEqual(list(self.parent.iterdir()), [own])

    def test_folder_of_a_running_demo_stays(self):
        other, _ = self.held_by_another()
        with folder.own_folder(None) as own:
            self.assertEqual(set(self.parent.iterdir()), {own, other})
        self.assertTrue(other.is_dir())

    def test_kept_folder_is_reported_and_stays(self):
        kept: list[Path] = []
        with folder.own_folder(kept.append) as own:
            (own / "log").touch()
        with folder.own_folder(None):
            pass
        self.assertEqual((list(self.parent.iterdir()), kept), ([own], [own]))

    def test_other_folder_with_that_name_stays(self):
        users = self.parent / f"{folder.PREFIX}notes"
        users.mkdir()
        outside = Path(self.enterContext(tempfile.TemporaryDirectory(dir=self.parent)))
        (outside / folder.HELD).touch()
        (self.parent / f"{folder.PREFIX}link").symlink_to(outside)
        with folder.own_folder(None):
            pass
        self.assertTrue(users.is_dir() and outside.is_dir())

    def test_full_disk_is_reported_before_the_start(self):
        self.enterContext(mock.patch("shutil.disk_usage", return_value=mock.Mock(free=5 * 2**20)))
        with self.assertRaisesRegex(SetupFailed, f"too little free space: {self.parent}: 5 MiB, .* TMPDIR"), folder.own_folder(None):
            self.fail("the demo continued")
        self.assertEqual(list(self.parent.iterdir()), [])
