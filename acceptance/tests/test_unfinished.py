"""A killed run is reported, and can be destroyed; other runs cannot."""

import os
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from acceptance import unfinished
from acceptance.options import RunRejected
from acceptance.target import Target
from acceptance.unfinished import Unfinished, all_of_them, named

# No process has this number.
NO_PROCESS = 2**22 + 1


class Killed(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        patch = mock.patch.object(unfinished, "FOLDER", folder)
        patch.start()
        self.addCleanup(patch.stop)
        self.run_ = Unfinished("accept-0a1b2c", "123456789012", "eu-west-1", None, ("sqs",), "arm64", NO_PROCESS)

    def test_killed_run_is_reported_with_its_destroy_command(self):
        self.run_.write()
        self.assertEqual(all_of_them(), [self.run_])
        self.assertEqual(self.run_.command, "./taskw acceptance -- --account 123456789012 --region eu-west-1 --destroy accept-0a1b2c")

    def test_running_run_is_not_reported_as_killed(self):
        replace(self.run_, process=os.getppid()).write()
        self.assertEqual(all_of_them(), [])

    def test_run_without_leftovers_is_forgotten(self):
        self.run_.write()
        self.run_.ended()
        self.assertEqual(all_of_them(), [])

    def test_run_is_destroyed_only_in_its_account_and_region(self):
        self.run_.write()
        self.assertEqual(named("accept-0a1b2c", Target("123456789012", "eu-west-1")), self.run_)
        for target in (Target("210987654321", "eu-west-1"), Target("123456789012", "us-east-1"), Target("123456789012", "eu-west-1", "http://x")):
            with self.assertRaisesRegex(RunRejected, "--destroy accept-0a1b2c"):
                named("accept-0a1b2c", target)

    def test_unknown_run_is_rejected(self):
        with self.assertRaisesRegex(RunRejected, "no such unfinished run"):
            named("accept-ffffff", Target("123456789012", "eu-west-1"))
