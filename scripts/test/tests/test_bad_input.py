"""Missing requirements, full disks and killed runs: each is reported in one line with the remedy, and the next run works."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from scripts import requirements, task
from scripts.build import ROOT

LINUX = sys.platform == "linux"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def program(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def ended(self, command: list, **options) -> tuple[int, str]:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
        return done.returncode, done.stdout

    def python(self, script: str) -> list[str]:
        return [sys.executable, "-c", script]

    def one_line(self, code: int, output: str, pattern: str) -> None:
        self.assertNotEqual(code, 0)
        self.assertRegex(output, rf"\A{pattern}\n\Z")


class Python(Case):
    """Messages of `./taskw` itself, before any Python runs."""

    def run_taskw(self) -> tuple[int, str]:
        for name in ("sh", "dirname", "head", "grep"):
            (self.folder / name).symlink_to(shutil.which(name))
        return self.ended([ROOT / "taskw"], env={"PATH": str(self.folder), "HOME": str(self.folder)})

    def test_missing_python_is_reported(self):
        self.one_line(*self.run_taskw(), r"python3 is not installed: PATH: install Python 3\.11 or newer")

    def test_old_python_is_reported_with_its_version(self):
        self.program("python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1')
        self.one_line(*self.run_taskw(), r"Python 3\.9\.2 is too old or cannot be run: .*/python3: install Python 3\.11 or newer")


class Requirements(Case):
    def error_of(self, ask, **patched) -> str:
        with mock.patch.dict(os.environ, patched), self.assertRaises(requirements.Missing) as caught:
            ask()
        message = str(caught.exception)
        self.assertEqual(message.count("\n"), 0)
        return message

    def test_missing_programs_are_reported_with_what_to_install(self):
        self.assertRegex(
            self.error_of(requirements.rust, PATH=str(self.folder)), r"^cargo is not installed: PATH: install Rust 1\.\d+\.\d+ or newer with rustup"
        )
        self.assertRegex(self.error_of(requirements.git, PATH=str(self.folder)), "^git is not installed: PATH: install git")

    def test_old_compiler_is_reported_with_its_version(self):
        self.program("cargo", "")
        self.program("rustc", "echo 'rustc 1.70.0 (abc 2023-01-01)'")
        self.assertRegex(
            self.error_of(requirements.rust, PATH=str(self.folder)),
            r"^Rust 1\.70\.0 is too old: .*rustc: install 1\.\d+\.\d+ or newer: rustup update$",
        )

    def test_broken_compiler_is_reported_with_its_message(self):
        self.program("cargo", "")
        self.program("rustc", "echo 'error: toolchain is not installed' >&2; exit 1")
        self.assertRegex(
            self.error_of(requirements.rust, PATH=str(self.folder)), "^rustc cannot be run: .*it said: error: toolchain is not installed$"
        )

    def test_full_disk_is_reported_before_the_build(self):
        full = shutil._ntuple_diskusage(2**40, 2**40 - 2**29, 2**29)
        with mock.patch.object(requirements.shutil, "disk_usage", return_value=full):
            message = self.error_of(requirements.space, CARGO_TARGET_DIR=str(self.folder / "not" / "there" / "yet"))
        self.assertEqual(
            message,
            f"too little space on the disk: {self.folder}: 0.5 GiB are free, a build may need 6; "
            "free some, or name a folder on another disk in CARGO_TARGET_DIR",
        )

    def test_folder_without_git_is_rejected(self):
        with mock.patch.object(requirements, "ROOT", self.folder):
            self.assertRegex(self.error_of(requirements.git), f"^this is not a git clone: {self.folder}: clone the repository")

    def test_this_machine_meets_the_requirements(self):
        requirements.to_build()


class Endings(Case):
    @unittest.skipUnless(Path("/dev/full").exists(), "this machine has no /dev/full")
    def test_disk_that_fills_up_is_reported_in_one_line(self):
        script = "from scripts import task; task.run(lambda: open('/dev/full', 'w').write('x' * 100_000) and None)"
        self.one_line(*self.ended(self.python(script)), f"no space left on device: {ROOT}: free some space on that disk, then start again")

    def test_port_in_use_is_reported_in_one_line(self):
        script = (
            "import socket; from scripts import task\n"
            "taken = socket.create_server(('127.0.0.1', 0))\n"
            "task.run(lambda: socket.create_server(taken.getsockname()))"
        )
        self.one_line(*self.ended(self.python(script)), "address already in use.*: end the other program, or start again for another port")

    def test_bug_in_a_script_keeps_its_traceback(self):
        code, output = self.ended(self.python("from scripts import task; task.run(lambda: {}['x'])"))
        self.assertNotEqual(code, 0)
        self.assertIn("Traceback", output)

    def test_system_errors_say_what_where_and_what_to_do(self):
        text = task.described(PermissionError(errno.EACCES, "Permission denied", "/root/x"))
        self.assertEqual(text, "permission denied: /root/x: give yourself that permission, or use a folder of your own")


SUITES = """
import sys
from scripts import task
from scripts.test import counting, run
from scripts.test.parallel import Group
from scripts.test.suites import Suite

def suite(name, group):
    command = ["sh", "-c", "echo $$ > $0; echo begun; exec sleep 600", f"{sys.argv[1]}/{name}"]
    return Suite(name, lambda: command, counting.one_check, group)

task.run(lambda: run.report(run.run_all([suite("one", Group.REST), suite("two", Group.CARGO if len(sys.argv) > 2 else Group.REST)]), 0))
"""


@unittest.skipUnless(LINUX, "the test looks for processes in /proc")
class Killed(Case):
    def killed(self, wanted: signal.Signals, *more: str) -> tuple[int, str]:
        """Sends a signal to a run of endless suites, and checks that the suites end too."""
        process = subprocess.Popen(
            [*self.python(SUITES), str(self.folder), *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        expected = ["one", "two"] if more else ["one"]
        self.assertTrue(within(20, lambda: all(file.is_file() and file.read_text().strip() for file in map(self.folder.joinpath, expected))))
        process.send_signal(wanted)
        output, _ = process.communicate(timeout=30)
        for name in expected:
            number = (self.folder / name).read_text().strip()
            self.assertTrue(within(20, lambda: is_gone(number)), f"suite {name} is still running")
        self.assertNotIn("Traceback", output)
        return process.returncode, output

    def test_interrupted_run_ends_its_suites(self):
        code, output = self.killed(signal.SIGINT)
        self.assertEqual(code, task.INTERRUPTED)
        self.assertTrue(output.endswith("interrupted: you can start it again at any time\n"), output)

    def test_terminated_run_ends_its_suites(self):
        code, output = self.killed(signal.SIGTERM, "in parallel")
        self.assertEqual(code, task.TERMINATED)
        self.assertTrue(output.endswith("terminated: you can start it again at any time\n"), output)

    def test_killed_run_ends_its_suite(self):
        self.assertEqual(self.killed(signal.SIGKILL)[0], -signal.SIGKILL)

    def test_killed_installation_is_repeated(self):
        script = (
            "import sys; from pathlib import Path; from scripts import tools\n"
            "tools.ROOT = tools.PINS = Path(sys.argv[1])\n"
            "half = lambda home, pins: ([['mkdir', '-p', home], ['touch', home / 'half'], *([['sleep', '600']] if len(sys.argv) > 2 else [])], '')\n"
            "tools.INSTALLERS = {'.txt': half}\n"
            "print(tools.ensure('set'), sorted(path.name for path in tools.ensure('set').parent.iterdir()))\n"
        )
        (self.folder / "set.txt").write_text("a==1\n")
        process = subprocess.Popen(
            [*self.python(script), str(self.folder), "slow"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.assertTrue(within(20, (self.folder / ".tools/set/half").is_file))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.assertFalse((self.folder / ".tools/set/installed").exists())
        code, output = self.ended([*self.python(script), str(self.folder)])
        self.assertEqual((code, output.splitlines()[-1]), (0, f"{self.folder}/.tools/set/bin ['half', 'installed']"))


def within(seconds: float, holds) -> bool:
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return bool(held)


def is_gone(number: str) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


if __name__ == "__main__":
    unittest.main()
