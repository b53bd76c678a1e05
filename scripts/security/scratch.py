"""The copy of the work tree in which controls are removed."""

import contextlib
import functools
from collections.abc import Iterator

from scripts import scratch
from scripts.build import ROOT
from scripts.security.control import Control
from scripts.terraform import providers

HOME = ROOT / ".tools" / "controls"
TREE = HOME / "tree"
# One target folder for all controls. It lies beside the copy, so that a new copy reuses it.
TARGET = HOME / "target"


def refresh() -> None:
    scratch.mirror(TREE)


@contextlib.contextmanager
def without(control: Control) -> Iterator[None]:
    """Removes this control from the copy until the end of the block."""
    path = TREE / control.file
    whole = path.read_text()
    path.write_text(whole.replace(control.old, control.new))
    try:
        yield
    finally:
        path.write_text(whole)


@functools.cache
def provider() -> providers.Providers:
    """The Terraform provider of the tests; looked up once."""
    return providers.find(providers.Need.CHECK)


def environment() -> dict[str, str]:
    # Python caches bytecode by size and second, so it could run the code from before a change.
    ours = {"CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never", "PYTHONDONTWRITEBYTECODE": "1"}
    return provider().environment() | ours
