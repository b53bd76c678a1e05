"""Nothing outlives the demo, and the emulator refuses a MiniStack that it does not know."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from demo.emulator.patching import replace
from demo.stage import ROOT, cloud
from demo.stage.processes import group, tied
from demo.tests.functions import eventually

# Starts an emulator, tells where it listens, and waits.
HOLDER = """
import sys, time
from pathlib import Path
from demo.stage import ROOT, cloud
with cloud.running(Path(sys.argv[1])) as place:
    print(place.endpoint, flush=True)
    time.sleep(600)
"""


def listens(endpoint: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(endpoint.rsplit(":", 1)[1]))) == 0


# Starts a command that does not look at its standard input, tells its process, and waits.
TIED = """
import os, sys, time
from pathlib import Path
from demo.stage.processes import group, tied
with group(tied(["sleep", "600"]), dict(os.environ), Path(sys.argv[1]), Path(sys.argv[1]) / "log") as process:
    print(process.pid, flush=True)
    time.sleep(600)
"""


class Life(unittest.TestCase):
    def hold(self, signal_number: int) -> str:
        """Where an emulator listened whose holder was ended by this signal."""
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", HOLDER, f"{folder}/cloud"]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as holder:
                endpoint = holder.stdout.readline().strip()
                self.assertTrue(listens(endpoint))
                holder.send_signal(signal_number)
                holder.wait()
            return endpoint

    def test_the_emulator_ends_with_a_holder_that_was_interrupted(self):
        endpoint = self.hold(signal.SIGINT)
        self.assertTrue(eventually(lambda: not listens(endpoint)))

    def test_the_emulator_ends_with_a_holder_that_was_killed(self):
        endpoint = self.hold(signal.SIGKILL)
        self.assertTrue(eventually(lambda: not listens(endpoint)))

    def test_tied_command_ends_with_a_killed_holder(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", TIED, folder]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
                child = int(holder.stdout.readline())
                self.assertTrue(eventually(lambda: "sleep" in Path(f"/proc/{child}/cmdline").read_text()))
                holder.kill()
                holder.wait()
            self.assertTrue(eventually(lambda: not alive(child)))

    def test_tied_command_keeps_its_exit_code_and_output(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            with group(tied(["sh", "-c", "echo said; exit 3"]), dict(os.environ), Path(folder), log) as process:
                self.assertEqual(process.wait(10), 3)
            self.assertEqual(log.read_text(), "said\n")

    def test_nobody_else_gets_the_port_of_an_emulator(self):
        with cloud.reserved_port() as port, socket.socket() as other:
            with self.assertRaisesRegex(OSError, "in use"):
                other.bind(("127.0.0.1", port))
            with socket.socket() as any_port:
                any_port.bind(("127.0.0.1", 0))
                self.assertNotEqual(any_port.getsockname()[1], port)

    def test_a_command_s_children_end_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            with group(["sh", "-c", "sleep 600 & echo $!"], dict(os.environ), Path(folder), log) as process:
                process.wait()
                child = int(log.read_text())
                self.assertTrue(alive(child))
            self.assertTrue(eventually(lambda: not alive(child)))

    def test_another_ministack_than_the_expected_one_is_refused(self):
        with self.assertRaises(SystemExit) as refusal:
            replace(cloud, "tail", ["another", "signature"], lambda _original: None)
        self.assertIn("this MiniStack is not the one", str(refusal.exception))


def alive(process: int) -> bool:
    """Whether it still runs; one that has ended and waits to be reaped does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
