"""Terraform as a child process. It is not killed in the middle of a change, because its state must record what it has created."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

# After an interrupt, Terraform completes what is in progress; some resources take minutes.
GRACE_SECONDS = 900


class Command:
    """One running command in its own session, so that Ctrl-C in the terminal reaches this process first."""

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path, log: Path):
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        return self.process.poll()

    def interrupt(self) -> None:
        """Interrupts it, so that it completes what is in progress and stops."""
        if self.code is None:
            self.process.send_signal(signal.SIGINT)

    def wait(self, seconds: float = GRACE_SECONDS) -> None:
        """Waits until it has ended."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kills it and its plugins. Its state may miss what was in progress."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
