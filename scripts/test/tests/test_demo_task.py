"""`./taskw demo` builds what is not provided, reports its progress, and leaves no process running."""

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

# A fake cargo that builds one crate and one function, and then runs until it is killed. It writes down its process id.
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

    def test_zip_is_reported_when_it_is_complete(self):
        builder = self.started()
        self.assertIn({"zip": "sqs-router"}, map(json.loads, iter(builder.stdout.readline, "")))
        [zip_file] = (self.folder / "zips").iterdir()
        self.assertRegex(zip_file.name, r"^sqs-router-(arm64|x86_64)\.zip$")

    def test_cargo_ends_with_its_reader(self):
        builder = self.started()
        builder.stdout.readline()
        cargo = int((self.folder / "pid").read_text())
        builder.stdout.close()
        self.assertEqual(builder.wait(20), -signal.SIGKILL)
        self.assertTrue(eventually(lambda: not Path(f"/proc/{cargo}").exists() or "Z" in Path(f"/proc/{cargo}/stat").read_text().split()[2]))

    def test_failed_build_reports_cargos_message(self):
        *_, last = map(json.loads, self.started(FAIL="error: no such type").stdout)
        self.assertRegex(last["failed"], r"^the build failed: .*\nerror: no such type$")

    def test_full_disk_is_reported_with_the_remedy(self):
        *_, last = map(json.loads, self.started(FAIL="error: No space left on device (os error 28)").stdout)
        self.assertRegex(last["failed"], r"^the disk is full: /.*CARGO_TARGET_DIR$")


class Estimate(unittest.TestCase):
    def progress(self, seconds: float) -> build.Progress:
        made = build.Progress({"small 1": 10, "big 1": 80, "rest 1": 110}, lambda: self.now)
        self.now += seconds
        return made

    def setUp(self):
        self.now = 0.0

    def test_remaining_time_is_estimated_by_size(self):
        progress = self.progress(45)
        progress.artifact("small 1", fresh=False)
        progress.artifact("big 1", fresh=False)
        self.assertEqual(progress.event(), {"left": 55, "done": 2, "of": 3})

    def test_up_to_date_crates_do_not_change_the_estimate(self):
        progress = self.progress(45)
        progress.artifact("big 1", fresh=True)
        self.assertIsNone(progress.event()["left"])
        progress.artifact("small 1", fresh=False)
        self.assertEqual(progress.event()["left"], 45 * 11)

    def test_crate_built_twice_counts_once(self):
        progress = self.progress(45)
        for _ in range(2):
            progress.artifact("big 1", fresh=False)
        self.assertEqual(progress.event()["done"], 1)

    def test_first_seconds_have_no_estimate(self):
        progress = self.progress(2)
        progress.artifact("big 1", fresh=False)
        self.assertIsNone(progress.event()["left"])

    def test_package_ids_are_read_in_both_forms(self):
        self.assertEqual(size.name_of("registry+https://example.com/index#bytes@1.2.3"), "bytes 1.2.3")
        self.assertEqual(size.name_of("path+file:///w/lambdas/sqs-router#0.1.0"), "sqs-router 0.1.0")


class Machine(unittest.TestCase):
    def test_missing_cargo_is_reported_before_the_build(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with mock.patch.dict(os.environ, PATH=folder), self.assertRaisesRegex(requirements.Missing, "^cargo is not installed: PATH: install Rust"):
            task.build([])

    def test_small_disk_is_reported_before_the_build(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch.dict(os.environ, CARGO_TARGET_DIR=str(folder / "target")))
        self.enterContext(mock.patch("shutil.disk_usage", return_value=mock.Mock(free=requirements.GIB)))
        with self.assertRaisesRegex(requirements.Missing, f"too little space on the disk: {folder}: 1.0 GiB are free, .* 2; .*CARGO_TARGET_DIR"):
            task.build([])

    def test_provided_artifacts_are_not_built(self):
        self.assertEqual(task.build(["--zips", "dist"]), [])
        self.assertEqual(task.build(["--zips=dist", "--full", "--tenantctl=t"]), [])

    def test_other_systems_are_rejected(self):
        with mock.patch("sys.platform", "darwin"), self.assertRaisesRegex(BuildFailed, "built for Linux"):
            task.check_machine()


def eventually(holds, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
