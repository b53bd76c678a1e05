"""`./taskw demo` builds what is not named, tells how far it is, and leaves nothing at work behind it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from scripts import requirements
from scripts.build import ROOT, BuildFailed
from scripts.demo import __main__ as task
from scripts.demo import build, size

# A cargo that builds one crate and a function, and then goes on for ever; it notes its process.
CARGO = """#!/bin/sh
[ "$1" = build ] || exit 1
echo $$ > "$FOLDER/pid"
say() { echo '{"reason":"compiler-artifact","package_id":"'"$1"'","fresh":false,"executable":'"$2"',"target":{"kind":["'"$3"'"]}}'; }
say "registry+https://example.com#bytes@1.0.0" null lib
say "path+file:///w/lambdas/sqs-router#0.1.0" "\\"$FOLDER/binary\\"" bin
[ -z "$FAIL" ] || { echo "$FAIL" >&2; exit 101; }
sleep 600
"""


class Builder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "cargo").write_text(CARGO)
        (self.folder / "cargo").chmod(0o755)
        (self.folder / "binary").write_bytes(b"\x7fELF")

    def started(self, **more: str) -> subprocess.Popen:
        environment = os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}", "FOLDER": str(self.folder)} | more
        command = [sys.executable, "-m", "scripts.demo.build", str(self.folder / "zips"), "sqs-router"]
        builder = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(builder.wait)
        self.addCleanup(builder.kill)
        self.addCleanup(builder.stdout.close)
        return builder

    def test_zip_is_told_of_once_it_is_there(self):
        builder = self.started()
        self.assertIn({"zip": "sqs-router"}, map(json.loads, iter(builder.stdout.readline, "")))
        [zip_file] = (self.folder / "zips").iterdir()
        self.assertRegex(zip_file.name, r"^sqs-router-(arm64|x86_64)\.zip$")

    def test_cargo_ends_with_whoever_reads(self):
        builder = self.started()
        builder.stdout.readline()
        cargo = int((self.folder / "pid").read_text())
        builder.stdout.close()
        self.assertEqual(builder.wait(20), -signal.SIGKILL)
        self.assertTrue(eventually(lambda: not Path(f"/proc/{cargo}").exists() or "Z" in Path(f"/proc/{cargo}/stat").read_text().split()[2]))

    def test_failed_build_says_what_cargo_said(self):
        *_, last = map(json.loads, self.started(FAIL="error: no such type").stdout)
        self.assertRegex(last["failed"], r"^the compiler gave up: .*\nerror: no such type$")

    def test_full_disk_is_said_with_the_remedy(self):
        *_, last = map(json.loads, self.started(FAIL="error: No space left on device (os error 28)").stdout)
        self.assertRegex(last["failed"], r"^there is no space left on the disk: /.*CARGO_TARGET_DIR$")


class Estimate(unittest.TestCase):
    def progress(self, seconds: float) -> build.Progress:
        made = build.Progress({"small 1": 10, "big 1": 80, "rest 1": 110}, lambda: self.now)
        self.now += seconds
        return made

    def setUp(self):
        self.now = 0.0

    def test_rest_takes_as_long_as_its_size_says(self):
        progress = self.progress(45)
        progress.artifact("small 1", fresh=False)
        progress.artifact("big 1", fresh=False)
        self.assertEqual(progress.event(), {"left": 55, "done": 2, "of": 3})

    def test_what_lay_there_already_tells_nothing_of_the_time(self):
        progress = self.progress(45)
        progress.artifact("big 1", fresh=True)
        self.assertIsNone(progress.event()["left"])
        progress.artifact("small 1", fresh=False)
        self.assertEqual(progress.event()["left"], 45 * 11)

    def test_crate_that_is_built_twice_counts_once(self):
        progress = self.progress(45)
        for _ in range(2):
            progress.artifact("big 1", fresh=False)
        self.assertEqual(progress.event()["done"], 1)

    def test_first_seconds_foresee_nothing(self):
        progress = self.progress(2)
        progress.artifact("big 1", fresh=False)
        self.assertIsNone(progress.event()["left"])

    def test_package_ids_are_read_in_both_forms(self):
        self.assertEqual(size.name_of("registry+https://example.com/index#bytes@1.2.3"), "bytes 1.2.3")
        self.assertEqual(size.name_of("path+file:///w/lambdas/sqs-router#0.1.0"), "sqs-router 0.1.0")


class Machine(unittest.TestCase):
    def test_missing_cargo_is_said_before_anything_is_started(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with mock.patch.dict(os.environ, PATH=folder), self.assertRaisesRegex(requirements.Missing, "^cargo is not installed: PATH: install Rust"):
            task.build([])

    def test_too_small_a_disk_is_said_before_the_build(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch.dict(os.environ, CARGO_TARGET_DIR=str(folder / "target")))
        self.enterContext(mock.patch("shutil.disk_usage", return_value=mock.Mock(free=requirements.GIB)))
        with self.assertRaisesRegex(requirements.Missing, f"too little space on the disk: {folder}: 1.0 GiB are free, .* 2; .*CARGO_TARGET_DIR"):
            task.build([])

    def test_nothing_is_built_that_is_named(self):
        self.assertEqual(task.build(["--zips", "dist"]), [])
        self.assertEqual(task.build(["--zips=dist", "--full", "--tenantctl=t"]), [])

    def test_other_systems_are_told_to_use_linux(self):
        with mock.patch("sys.platform", "darwin"), self.assertRaisesRegex(BuildFailed, "made for Linux"):
            task.check_machine()


def eventually(holds, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
