"""The copy of the work tree in which controls are taken out."""

import contextlib
import functools
from collections.abc import Iterator

from scripts import scratch
from scripts.build import ROOT
from scripts.security.control import Control
from scripts.terraform import providers

HOME = ROOT / ".tools" / "controls"
TREE = HOME / "tree"
# One for all controls, and beside the copy, so that a new copy finds it.
TARGET = HOME / "target"


def refresh() -> None:
    scratch.mirror(TREE)


@contextlib.contextmanager
def without(control: Control) -> Iterator[None]:
    """The copy lacks this control until the end of the block."""
    path = TREE / control.file
    whole = path.read_text()
    path.write_text(whole.replace(control.old, control.new))
    try:
        yield
    finally:
        path.write_text(whole)


@functools.cache
def provider() -> providers.Providers:
    """Where the tests of Terraform have their provider from; asked once."""
    return providers.find(providers.Need.CHECK)


def environment() -> dict[str, str]:
    # Python must not take a changed file for the old one, which it knows by size and second.
    ours = {"CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never", "PYTHONDONTWRITEBYTECODE": "1"}
    return provider().environment() | ours
