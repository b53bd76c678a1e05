"""Starts the emulator, and ends with whoever started it."""

import os
import signal
import sys
import threading

from ministack import app

from demo.emulator import access, alarms, batches, events, expiry, outages, pipes, streams, tags, tenancy, trace


def end_with_parent() -> None:
    """Ends this process and the functions it runs when standard input closes: the parent is gone, even if killed."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


# The functions of one process group end together only where this process leads the group.
if os.getpgid(0) == os.getpid():
    threading.Thread(target=end_with_parent, daemon=True).start()
for part in (tenancy, trace, batches, streams, events, pipes, expiry, outages, alarms, tags, access):
    part.install()
app.main()
