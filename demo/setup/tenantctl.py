"""Runs tenantctl as an operator does: the real binary, in its own process."""

import itertools
import json
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo.setup import SetupFailed
from demo.setup.cloud import Cloud
from demo.setup.processes import group

# Far longer than any command of the demo takes.
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Run:
    """One command that ended by itself."""

    command: str
    code: int
    # Its JSON output, or its error; empty if it printed none.
    report: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Tenantctl:
    binary: Path
    cloud: Cloud
    _numbers: itertools.count = field(default_factory=itertools.count, repr=False)

    def __post_init__(self):
        if not os.access(self.binary, os.X_OK):
            raise SetupFailed(f"tenantctl is missing: {self.binary}: build it with `cargo build -p tenantctl`, or name it with --tenantctl")

    def run(self, *arguments: str) -> Run:
        with self.started(*arguments) as (process, log):
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                raise SetupFailed(f"tenantctl does not end: {' '.join(arguments)}: its output: {log.read_text() or 'nothing'}") from None
        return ended(arguments, process, log)

    @contextmanager
    def started(self, *arguments: str):
        """Starts a command that may be killed. Yields the process and the file with its output."""
        log = self.cloud.folder / f"tenantctl-{next(self._numbers)}.log"
        command = [self.binary, "--json", "--endpoint-url", self.cloud.endpoint, *arguments]
        with group(command, self.cloud.environment(), self.cloud.folder, log) as process:
            yield process, log


def ended(arguments: tuple[str, ...], process: subprocess.Popen, log: Path) -> Run:
    return Run(command_of(arguments), process.returncode, report(log))


def command_of(arguments: tuple[str, ...]) -> str:
    """The command without its options: `tenants activate dune`."""
    words = itertools.takewhile(lambda argument: not argument.startswith("--"), arguments)
    return " ".join(words)


def report(log: Path) -> dict:
    try:
        return json.loads(log.read_text())
    except ValueError:
        return {}
