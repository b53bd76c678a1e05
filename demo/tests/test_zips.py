"""Zips that exist, and zips that are being built."""

import json
import os
import tempfile
import unittest
from pathlib import Path

from demo.configurations import FUNCTIONS
from demo.setup import SetupFailed
from demo.setup.zips import TENANTCTL, Zips, lying, watch
from demo.tests.functions import eventually
from scripts.demo import __main__ as task


class Lying(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_existing_zips_are_ready(self):
        for name in FUNCTIONS:
            (self.folder / f"{name}-arm64.zip").touch()
        self.assertTrue(lying(self.folder, "arm64").ready(FUNCTIONS))

    def test_missing_zip_is_reported_with_its_folder(self):
        for name in FUNCTIONS[1:]:
            (self.folder / f"{name}-arm64.zip").touch()
        with self.assertRaisesRegex(SetupFailed, f"{self.folder}: it has no {FUNCTIONS[0]}-arm64.zip"):
            lying(self.folder, "arm64")

    def test_task_builds_the_functions_of_the_demo(self):
        self.assertEqual(sorted(task.FUNCTIONS), sorted(FUNCTIONS))
        self.assertEqual(task.TENANTCTL, TENANTCTL)


class Building(unittest.TestCase):
    def setUp(self):
        self.said: list[str] = []
        reading, self.writing = os.pipe()
        self.zips = Zips(Path("/zips"), "arm64")
        watch(self.zips, reading, ["sqs-router", TENANTCTL], self.said.append)
        self.addCleanup(self.end)

    def end(self) -> None:
        if self.writing is not None:
            os.close(self.writing)
            self.writing = None

    def happens(self, **event) -> None:
        os.write(self.writing, json.dumps(event).encode() + b"\n")

    def test_function_is_ready_when_its_zip_is_complete(self):
        self.assertFalse(self.zips.ready(["sqs-router"]))
        self.happens(zip="sqs-router")
        self.assertTrue(eventually(lambda: self.zips.ready(["sqs-router"])))
        self.assertFalse(self.zips.ready([TENANTCTL]))
        self.assertIn("sqs-router is built", self.said[0])

    def test_time_of_the_last_function_is_kept(self):
        before = self.zips.complete
        self.happens(zip="sqs-router")
        self.assertTrue(eventually(lambda: self.zips.complete > before))
        complete = self.zips.complete
        self.happens(binary=TENANTCTL, path="/built/tenantctl")
        self.assertTrue(eventually(lambda: self.zips.ready([TENANTCTL])))
        self.assertEqual((self.zips.complete, self.zips.binaries), (complete, {TENANTCTL: Path("/built/tenantctl")}))

    def test_progress_is_shown_with_an_estimate(self):
        self.happens(done=12, of=147, left=90)
        self.assertTrue(eventually(lambda: self.zips.note == "12 of 147 crates are built, about 90 s left"))
        self.happens(done=13, of=147, left=None)
        self.assertTrue(eventually(lambda: self.zips.note == "13 of 147 crates are built"))

    def test_failed_build_raises_an_error_for_waiting_callers(self):
        self.happens(failed="the build failed")
        self.assertTrue(eventually(lambda: bool(self.zips.problem)))
        with self.assertRaisesRegex(SetupFailed, "the build failed"):
            self.zips.ready([])

    def test_build_that_ends_early_has_failed(self):
        self.end()
        self.assertTrue(eventually(lambda: bool(self.zips.problem)))
        with self.assertRaisesRegex(SetupFailed, "the build ended without sqs-router, tenantctl"):
            self.zips.ready(["sqs-router"])
