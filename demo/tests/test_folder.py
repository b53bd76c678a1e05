"""The demo's folder goes with the demo, and what a killed one left goes with the next; nothing else does."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from demo.stage import ROOT, StageFailed, folder

# Makes a folder, tells where, and waits.
HOLDER = """
import time
from demo.stage.folder import own_folder
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

    def test_folder_goes_with_the_demo(self):
        with folder.own_folder(None) as own:
            (own / "journals").mkdir()
        self.assertEqual(list(self.parent.iterdir()), [])

    def test_folder_goes_when_the_demo_fails_too(self):
        with self.assertRaises(StageFailed), folder.own_folder(None):
            raise StageFailed("for a reason")
        self.assertEqual(list(self.parent.iterdir()), [])

    def test_folder_of_a_killed_demo_goes_with_the_next(self):
        left, holder = self.held_by_another()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        self.assertTrue(left.is_dir())
        with folder.own_folder(None) as own:
            self.assertEqual(list(self.parent.iterdir()), [own])

    def test_folder_of_a_demo_at_work_stays(self):
        other, _ = self.held_by_another()
        with folder.own_folder(None) as own:
            self.assertEqual(set(self.parent.iterdir()), {own, other})
        self.assertTrue(other.is_dir())

    def test_kept_folder_is_told_of_and_stays(self):
        kept: list[Path] = []
        with folder.own_folder(kept.append) as own:
            (own / "log").touch()
        with folder.own_folder(None):
            pass
        self.assertEqual((list(self.parent.iterdir()), kept), ([own], [own]))

    def test_folder_of_that_name_that_is_not_the_demo_s_stays(self):
        users = self.parent / f"{folder.PREFIX}notes"
        users.mkdir()
        outside = Path(self.enterContext(tempfile.TemporaryDirectory(dir=self.parent)))
        (outside / folder.HELD).touch()
        (self.parent / f"{folder.PREFIX}link").symlink_to(outside)
        with folder.own_folder(None):
            pass
        self.assertTrue(users.is_dir() and outside.is_dir())

    def test_full_disk_is_said_before_anything_starts(self):
        self.enterContext(mock.patch("shutil.disk_usage", return_value=mock.Mock(free=5 * 2**20)))
        with self.assertRaisesRegex(StageFailed, f"too little space left: {self.parent}: 5 MiB, .* TMPDIR"), folder.own_folder(None):
            self.fail("it went on")
        self.assertEqual(list(self.parent.iterdir()), [])
