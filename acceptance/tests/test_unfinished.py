"""A run that was killed is reported, and can be destroyed; no other run can."""

import os
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from acceptance import unfinished
from acceptance.options import TaskError
from acceptance.target import Target
from acceptance.unfinished import Unfinished, all_of_them, named

# No process has this number.
NO_PROCESS = 2**22 + 1


class Killed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.object(unfinished, "FOLDER", Path(folder.name))
        patch.start()
        self.addCleanup(patch.stop)
        self.run_ = Unfinished("accept-0a1b2c", "123456789012", "eu-west-1", None, ("sqs",), "arm64", NO_PROCESS)

    def test_a_killed_run_is_told_with_the_command_that_destroys_it(self):
        self.run_.write()
        self.assertEqual(all_of_them(), [self.run_])
        self.assertEqual(self.run_.command, "./taskw acceptance -- --account 123456789012 --region eu-west-1 --destroy accept-0a1b2c")

    def test_a_run_that_is_running_is_not_taken_for_killed(self):
        replace(self.run_, process=os.getppid()).write()
        self.assertEqual(all_of_them(), [])

    def test_a_run_of_which_nothing_is_left_is_forgotten(self):
        self.run_.write()
        self.run_.ended()
        self.assertEqual(all_of_them(), [])

    def test_it_is_destroyed_in_its_own_account_and_region_only(self):
        self.run_.write()
        self.assertEqual(named("accept-0a1b2c", Target("123456789012", "eu-west-1")), self.run_)
        for target in (Target("210987654321", "eu-west-1"), Target("123456789012", "us-east-1"), Target("123456789012", "eu-west-1", "http://x")):
            with self.assertRaisesRegex(TaskError, "--destroy accept-0a1b2c"):
                named("accept-0a1b2c", target)

    def test_an_unknown_run_is_refused(self):
        with self.assertRaisesRegex(TaskError, "no such unfinished run"):
            named("accept-ffffff", Target("123456789012", "eu-west-1"))
