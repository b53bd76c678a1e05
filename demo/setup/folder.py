"""The demo's own temporary folder. It is removed at the end; the next demo removes the folder of a killed one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from demo.setup import SetupFailed

PREFIX = "tenant-router-demo-"
# A running demo holds a lock on this file. A folder without it was kept by a user.
HELD = "in-use"
# Journals, logs, Terraform's working copies and the functions' code, some of it twice.
LEAST_BYTES = 300 * 2**20


@contextmanager
def own_folder(keep: Callable[[Path], None] | None):
    """Creates a folder that is removed at the end, or kept and reported."""
    parent = Path(tempfile.gettempdir())
    remove_left_behind(parent)
    free = shutil.disk_usage(parent).free
    if free < LEAST_BYTES:
        raise SetupFailed(
            f"there is too little free space: {parent}: {free >> 20} MiB, the demo needs {LEAST_BYTES >> 20}; name another folder in TMPDIR"
        )
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with open(folder / "new", "w") as held:
        # The folder gets its name when it is locked. Otherwise another demo could take it for the folder of a killed one.
        fcntl.flock(held, fcntl.LOCK_EX)
        (folder / "new").rename(folder / HELD)
        try:
            yield folder
        finally:
            if keep:
                (folder / HELD).unlink(missing_ok=True)
                keep(folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)


def remove_left_behind(parent: Path) -> None:
    """Removes the folders of killed demos: those of this user that are not locked."""
    for folder in parent.glob(f"{PREFIX}*"):
        held = folder / HELD
        if folder.is_symlink() or not held.is_file() or folder.stat().st_uid != os.getuid():
            continue
        with open(held) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
