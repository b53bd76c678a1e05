"""Runs that have not ended. Each has a folder with its state until nothing is left of it, so that a killed run can be destroyed."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from acceptance.options import RunRejected
from acceptance.policy import STEM
from acceptance.target import Target
from scripts.build import ROOT

FOLDER = ROOT / ".acceptance"
MARK = "unfinished.json"


@dataclass(frozen=True)
class Unfinished:
    """A run that has not ended, as its folder describes it."""

    run: str
    account: str
    region: str
    endpoint: str | None
    parts: tuple[str, ...]
    architecture: str
    process: int

    @property
    def mark(self) -> Path:
        return folder(self.run) / MARK

    def write(self) -> None:
        self.mark.parent.mkdir(parents=True, exist_ok=True)
        self.mark.write_text(json.dumps(asdict(self)))

    def ended(self) -> None:
        """Removes the record of the run, because nothing is left of it."""
        self.mark.unlink(missing_ok=True)

    @property
    def is_running(self) -> bool:
        return self.process != os.getpid() and Path(f"/proc/{self.process}").exists()

    @property
    def command(self) -> str:
        """The command that destroys it."""
        endpoint = f" --endpoint-url {self.endpoint}" if self.endpoint else ""
        return f"./taskw acceptance -- --account {self.account} --region {self.region}{endpoint} --destroy {self.run}"


def new_name() -> str:
    """A name that no other run has."""
    return f"{STEM}{secrets.token_hex(3)}"


def folder(run: str) -> Path:
    return FOLDER / run


def all_of_them() -> list[Unfinished]:
    """The runs that were killed."""
    found = [read(mark) for mark in sorted(FOLDER.glob(f"*/{MARK}"))]
    return [each for each in found if not each.is_running]


def read(mark: Path) -> Unfinished:
    told = json.loads(mark.read_text())
    return Unfinished(**told | {"parts": tuple(told["parts"])})


def named(run: str, target: Target) -> Unfinished:
    """The run to destroy, if it belongs to this account and region."""
    mark = folder(run) / MARK
    if not mark.exists():
        raise RunRejected(f"there is no such unfinished run: --destroy {run}: see the folders in {FOLDER}")
    found = read(mark)
    if (found.account, found.region, found.endpoint) != (target.account, target.region, target.endpoint):
        raise RunRejected(f"the run was not in this account and region: --destroy {run}: use {found.command}")
    return found
