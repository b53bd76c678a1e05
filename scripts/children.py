"""Child processes that never outlive the script that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

GRACE_SECONDS = 20
# All running children, whichever thread waits for them.
RUNNING: set[subprocess.Popen] = set()
PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def child(command: list, end: signal.Signals = signal.SIGTERM, **options) -> Iterator[subprocess.Popen]:
    """Starts a process as the leader of its own process group. When the block ends, the group gets the signal `end`, then SIGKILL."""
    options.setdefault("stdin", subprocess.DEVNULL)
    process = subprocess.Popen(command, start_new_session=True, preexec_fn=with_parent(end), **options)
    RUNNING.add(process)
    try:
        yield process
    finally:
        stop(process, end)
        RUNNING.discard(process)


def ask_all_to_end() -> None:
    """Asks every child to end. A script calls this when it stops while other threads still wait for processes."""
    for process in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def with_parent(end: signal.Signals) -> Callable[[], None] | None:
    """Makes the kernel send the signal to the new process if this script is killed. Linux only."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, end)


def stop(process: subprocess.Popen, end: signal.Signals) -> None:
    """Ends the process group with the signal, after a grace period with SIGKILL, and waits for its leader. Does nothing if the leader has ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        # SIGKILL also ends processes that the leader left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()
