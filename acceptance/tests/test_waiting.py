"""Examples take turns. However they end, each one is closed, and Terraform may complete what is in progress."""

import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path

from acceptance.process import Command, tail
from acceptance.waiting import pause, side_by_side, until


class Broken(Exception):
    pass


class SideBySide(unittest.TestCase):
    def setUp(self):
        self.told: list[str] = []

    def course(self, name: str, steps: int, breaks: bool = False) -> Iterator[None]:
        try:
            for _ in range(steps):
                yield
            if breaks:
                raise Broken
        finally:
            self.told.append(name)

    def test_generators_take_turns_until_all_have_ended(self):
        left: list[int] = []
        side_by_side([self.course("long", 2), self.course("short", 1)], 0, left.append)
        self.assertEqual((self.told, left), (["short", "long"], [2, 1, 0]))

    def test_error_in_one_generator_closes_the_others(self):
        with self.assertRaises(Broken):
            side_by_side([self.course("waits", 99), self.course("breaks", 1, breaks=True)], 0)
        self.assertEqual(self.told, ["breaks", "waits"])


class Waiting(unittest.TestCase):
    def given(self, course: Iterator[None]):
        while True:
            try:
                next(course)
            except StopIteration as ended:
                return ended.value

    def test_wait_ends_when_the_condition_holds(self):
        answers = iter((False, False, True))
        self.assertTrue(self.given(until(lambda: next(answers), 60)))

    def test_wait_ends_after_the_timeout(self):
        self.assertFalse(self.given(until(lambda: False, 0.01)))

    def test_pause_takes_its_time(self):
        begun = time.monotonic()
        self.given(pause(0.02))
        self.assertGreaterEqual(time.monotonic() - begun, 0.02)


# Ends half a second after an interrupt, like Terraform.
PATIENT = """
import signal, sys, time
def end(*_):
    time.sleep(0.5); print("state is written", flush=True); sys.exit(1)
signal.signal(signal.SIGINT, end)
print("begun", flush=True)
time.sleep(60)
"""
# Ignores interrupts.
DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('begun', flush=True)\ntime.sleep(60)\n"


class Interrupted(unittest.TestCase):
    def started(self, program: str) -> Command:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        command = Command([sys.executable, "-c", program], {}, Path(folder.name), Path(folder.name) / "log")
        self.addCleanup(command.kill)
        end = time.monotonic() + 30
        while "begun" not in tail(command.log) and time.monotonic() < end:
            time.sleep(0.02)
        return command

    def test_interrupted_command_completes_its_work(self):
        command = self.started(PATIENT)
        command.interrupt()
        command.wait(30)
        self.assertEqual((command.code, tail(command.log, 1)), (1, "state is written"))

    def test_command_that_ignores_interrupts_is_killed(self):
        command = self.started(DEAF)
        command.interrupt()
        command.wait(0.1)
        self.assertLess(command.code, 0)

    def test_ended_command_is_not_signalled(self):
        command = self.started("print('begun')")
        command.process.wait()
        command.interrupt()
        command.wait(30)
        self.assertEqual(command.code, 0)
