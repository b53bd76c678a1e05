"""A machine that lacks something, a full disk, a killed run: one line with the remedy, and the next run works."""

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

from scripts import refused, requirements
from scripts.build import ROOT

LINUX = sys.platform == "linux"


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

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
    """What `./taskw` itself says, in which no Python runs yet."""

    def run_taskw(self) -> tuple[int, str]:
        for name in ("sh", "dirname", "head", "grep"):
            (self.folder / name).symlink_to(shutil.which(name))
        return self.ended([ROOT / "taskw"], env={"PATH": str(self.folder), "HOME": str(self.folder)})

    def test_a_missing_python_is_named(self):
        self.one_line(*self.run_taskw(), r"python3 is not installed: PATH: install Python 3\.11 or newer")

    def test_an_old_python_is_named_with_its_version(self):
        self.program("python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1')
        self.one_line(*self.run_taskw(), r"Python 3\.9\.2 is too old or cannot be run: .*/python3: install Python 3\.11 or newer")


class Requirements(Case):
    def refused(self, ask, **patched) -> str:
        with mock.patch.dict(os.environ, patched), self.assertRaises(requirements.Missing) as caught:
            ask()
        message = str(caught.exception)
        self.assertEqual(message.count("\n"), 0)
        return message

    def test_missing_programs_are_named_with_what_to_install(self):
        self.assertRegex(
            self.refused(requirements.rust, PATH=str(self.folder)), r"^cargo is not installed: PATH: install Rust 1\.\d+\.\d+ or newer with rustup"
        )
        self.assertRegex(self.refused(requirements.git, PATH=str(self.folder)), "^git is not installed: PATH: install git")

    def test_an_old_compiler_is_named_with_its_version(self):
        self.program("cargo", "")
        self.program("rustc", "echo 'rustc 1.70.0 (abc 2023-01-01)'")
        self.assertRegex(
            self.refused(requirements.rust, PATH=str(self.folder)),
            r"^Rust 1\.70\.0 is too old: .*rustc: install 1\.\d+\.\d+ or newer: rustup update$",
        )

    def test_a_compiler_that_does_not_run_is_named_with_what_it_said(self):
        self.program("cargo", "")
        self.program("rustc", "echo 'error: toolchain is not installed' >&2; exit 1")
        self.assertRegex(
            self.refused(requirements.rust, PATH=str(self.folder)), "^rustc cannot be run: .*it said: error: toolchain is not installed$"
        )

    def test_a_full_disk_is_named_before_anything_is_built(self):
        full = shutil._ntuple_diskusage(2**40, 2**40 - 2**29, 2**29)
        with mock.patch.object(requirements.shutil, "disk_usage", return_value=full):
            message = self.refused(requirements.space, CARGO_TARGET_DIR=str(self.folder / "not" / "there" / "yet"))
        self.assertEqual(
            message,
            f"too little space on the disk: {self.folder}: 0.5 GiB are free, a build may need 6; "
            "free some, or name a folder on another disk in CARGO_TARGET_DIR",
        )

    def test_what_is_no_clone_is_refused(self):
        with mock.patch.object(requirements, "ROOT", self.folder):
            self.assertRegex(self.refused(requirements.git), f"^this is no clone: {self.folder}: clone the repository")

    def test_this_machine_has_what_is_needed(self):
        requirements.to_build()


class Endings(Case):
    @unittest.skipUnless(Path("/dev/full").exists(), "this machine has no /dev/full")
    def test_a_disk_that_fills_up_on_the_way_is_one_line(self):
        script = "from scripts import refused; refused.run(lambda: open('/dev/full', 'w').write('x' * 100_000) and None)"
        self.one_line(*self.ended(self.python(script)), f"no space left on device: {ROOT}: free some space on that disk, then start again")

    def test_a_port_in_use_is_one_line(self):
        script = (
            "import socket; from scripts import refused\n"
            "taken = socket.create_server(('127.0.0.1', 0))\n"
            "refused.run(lambda: socket.create_server(taken.getsockname()))"
        )
        self.one_line(*self.ended(self.python(script)), "address already in use.*: end the other program, or start again for another port")

    def test_a_mistake_of_ours_keeps_its_traceback(self):
        code, output = self.ended(self.python("from scripts import refused; refused.run(lambda: {}['x'])"))
        self.assertNotEqual(code, 0)
        self.assertIn("Traceback", output)

    def test_errors_of_the_system_say_what_where_and_what_to_do(self):
        text = refused.described(PermissionError(errno.EACCES, "Permission denied", "/root/x"))
        self.assertEqual(text, "permission denied: /root/x: give yourself that permission, or use a folder of your own")


SUITES = """
import sys
from scripts import refused
from scripts.test import counting, run
from scripts.test.lanes import Lane
from scripts.test.suites import Suite

def suite(name, lane):
    command = ["sh", "-c", "echo $$ > $0; echo begun; exec sleep 600", f"{sys.argv[1]}/{name}"]
    return Suite(name, lambda: command, counting.one_check, lane)

refused.run(lambda: run.report(run.run_all([suite("one", Lane.REST), suite("two", Lane.CARGO if len(sys.argv) > 2 else Lane.REST)]), 0))
"""


@unittest.skipUnless(LINUX, "looks for processes in /proc")
class Killed(Case):
    def killed(self, wanted: signal.Signals, *more: str) -> tuple[int, str]:
        """Ends a run of endless suites by a signal, and sees that they end as well."""
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

    def test_an_interrupted_run_ends_its_suite_and_says_so(self):
        code, output = self.killed(signal.SIGINT)
        self.assertEqual(code, refused.INTERRUPTED)
        self.assertTrue(output.endswith("stopped: it can be started again at any time\n"), output)

    def test_a_run_that_is_asked_to_end_does(self):
        code, output = self.killed(signal.SIGTERM, "side by side")
        self.assertEqual(code, refused.TERMINATED)
        self.assertTrue(output.endswith("ended by a signal: it can be started again at any time\n"), output)

    def test_a_killed_run_takes_its_suite_with_it(self):
        self.assertEqual(self.killed(signal.SIGKILL)[0], -signal.SIGKILL)

    def test_an_installation_that_was_killed_is_done_again(self):
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
