"""An interrupted Terraform may complete what is in progress."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

from acceptance.process import Command
from demo.setup.processes import tail

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
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        command = Command([sys.executable, "-c", program], {}, folder, folder / "log")
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
