"""Processes that end with the script that started them, whatever ends it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

GRACE_SECONDS = 20
# All that run, whichever thread waits for them.
RUNNING: set[subprocess.Popen] = set()
PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def child(command: list, end: signal.Signals = signal.SIGTERM, **options) -> Iterator[subprocess.Popen]:
    """Starts a process as the leader of a group of its own; the group is ended with the block, at first with this signal."""
    options.setdefault("stdin", subprocess.DEVNULL)
    process = subprocess.Popen(command, start_new_session=True, preexec_fn=with_parent(end), **options)
    RUNNING.add(process)
    try:
        yield process
    finally:
        stop(process, end)
        RUNNING.discard(process)


def ask_all_to_end() -> None:
    """For the end of a script of which other threads wait for processes."""
    for process in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def with_parent(end: signal.Signals) -> Callable[[], None] | None:
    """Has the kernel send the signal to the new process should this script be killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, end)


def stop(process: subprocess.Popen, end: signal.Signals) -> None:
    """Asks the group to end, then makes it, and waits for its leader; nothing where the leader has ended by itself."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        # What the leader may have left behind, and the leader too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()
