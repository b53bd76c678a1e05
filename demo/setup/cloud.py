"""The emulator's process and address, and the clients for it."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3

from demo.setup import REGION, ROOT, SetupFailed
from demo.setup.processes import group, tail

START_SECONDS = 30

# The emulator accepts any key. These keys also keep every client here away from a real account.
KEYS = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"}


@dataclass(frozen=True)
class Cloud:
    """A running emulator."""

    endpoint: str
    folder: Path
    _clients: dict = field(default_factory=dict, repr=False)

    def environment(self) -> dict[str, str]:
        """This process's environment, pointed at the emulator and away from any real account."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | KEYS | {"AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}

    def client(self, service: str):
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[service]

    @property
    def trace(self) -> Path:
        """The file into which the emulator writes a line for every invocation."""
        return self.folder / "trace.jsonl"

    @property
    def outages(self) -> Path:
        """The file that lists the tables that are unavailable. It does not exist while there are none."""
        return self.folder / "outages"


@contextmanager
def running(folder: Path, variables: Mapping[str, str] | None = None):
    """Runs an emulator on a free port of the loopback interface, with all its files in `folder`. `variables`: more environment variables."""
    folder.mkdir(parents=True)
    with reserved_port() as port:
        cloud = Cloud(f"http://127.0.0.1:{port}", folder)
        environment = cloud.environment() | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "TMPDIR": str(folder),
            "PYTHONPATH": str(ROOT),
            "EMULATOR_TRACE": str(cloud.trace),
            "EMULATOR_OUTAGES": str(cloud.outages),
        }
        environment |= variables or {}
        log = folder / "emulator.log"
        with group([sys.executable, "-m", "demo.emulator"], environment, folder, log) as process:
            wait_until_up(cloud, process, log)
            yield cloud


@contextmanager
def reserved_port():
    """A free port of the loopback interface that no other program takes meanwhile: Linux lets a second socket of this
    kind listen on it, and gives it to no other [socket(7), SO_REUSEADDR]."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def wait_until_up(cloud: Cloud, process, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SetupFailed(f"the emulator does not start: {cloud.endpoint}: see its log:\n{tail(log)}")
