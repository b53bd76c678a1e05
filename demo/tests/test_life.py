"""No process outlives the demo, and the emulator rejects an unknown version of MiniStack."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from demo.emulator.patching import replace
from demo.setup import ROOT, cloud
from demo.setup.processes import group, tied
from demo.tests.functions import eventually

# Starts an emulator, prints its address, and waits.
HOLDER = """
import sys, time
from pathlib import Path
from demo.setup import ROOT, cloud
with cloud.running(Path(sys.argv[1])) as place:
    print(place.endpoint, flush=True)
    time.sleep(600)
"""


def listens(endpoint: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(endpoint.rsplit(":", 1)[1]))) == 0


# Starts a command that does not read its standard input, prints its process id, and waits.
TIED = """
import os, sys, time
from pathlib import Path
from demo.setup.processes import group, tied
with group(tied(["sleep", "600"]), dict(os.environ), Path(sys.argv[1]), Path(sys.argv[1]) / "log") as process:
    print(process.pid, flush=True)
    time.sleep(600)
"""


class Life(unittest.TestCase):
    def hold(self, signal_number: int) -> str:
        """The address of an emulator whose parent was ended by this signal."""
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", HOLDER, f"{folder}/cloud"]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as holder:
                endpoint = holder.stdout.readline().strip()
                self.assertTrue(listens(endpoint))
                holder.send_signal(signal_number)
                holder.wait()
            return endpoint

    def test_emulator_ends_with_an_interrupted_parent(self):
        endpoint = self.hold(signal.SIGINT)
        self.assertTrue(eventually(lambda: not listens(endpoint)))

    def test_emulator_ends_with_a_killed_parent(self):
        endpoint = self.hold(signal.SIGKILL)
        self.assertTrue(eventually(lambda: not listens(endpoint)))

    def test_tied_command_ends_with_a_killed_parent(self):
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

    def test_port_of_an_emulator_stays_reserved(self):
        with cloud.reserved_port() as port, socket.socket() as other:
            with self.assertRaisesRegex(OSError, "in use"):
                other.bind(("127.0.0.1", port))
            with socket.socket() as any_port:
                any_port.bind(("127.0.0.1", 0))
                self.assertNotEqual(any_port.getsockname()[1], port)

    def test_children_of_a_command_end_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            with group(["sh", "-c", "sleep 600 & echo $!"], dict(os.environ), Path(folder), log) as process:
                process.wait()
                child = int(log.read_text())
                self.assertTrue(alive(child))
            self.assertTrue(eventually(lambda: not alive(child)))

    def test_unexpected_ministack_is_rejected(self):
        with self.assertRaises(SystemExit) as refusal:
            replace(cloud, "tail", ["another", "signature"], lambda _original: None)
        self.assertIn("unexpected version of MiniStack", str(refusal.exception))


def alive(process: int) -> bool:
    """Whether the process still runs. A zombie process does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
