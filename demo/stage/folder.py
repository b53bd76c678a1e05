"""The demo's own folder among the temporary ones: it goes with the demo, and what a killed one left goes with the next."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from demo.stage import StageFailed

PREFIX = "tenant-router-demo-"
# Held by the demo that works in the folder. Without it a folder is somebody's to keep.
HELD = "in-use"
# Journals, logs, Terraform's working copies and the functions' code, some of it twice.
LEAST_BYTES = 300 * 2**20


@contextmanager
def own_folder(keep: Callable[[Path], None] | None):
    """A new folder, which is removed at the end; or kept, and told of."""
    parent = Path(tempfile.gettempdir())
    remove_left_behind(parent)
    free = shutil.disk_usage(parent).free
    if free < LEAST_BYTES:
        raise StageFailed(
            f"there is too little space left: {parent}: {free >> 20} MiB, the demo takes {LEAST_BYTES >> 20}; name another folder in TMPDIR"
        )
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with open(folder / "new", "w") as held:
        # It has its name only once it is held: else another demo could take the folder for one that was left.
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
    """Removes the folders of demos that were killed: ours, and nobody at work in them."""
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
