"""Starts the emulator. It ends with the process that started it."""

import os
import signal
import sys
import threading

from ministack import app

from demo.emulator import access, alarms, batches, events, expiry, outages, pipes, streams, tags, tenancy, trace


def end_with_parent() -> None:
    """Ends this process and the functions it runs when standard input closes, because then the parent has ended, even if it was killed."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


# The functions end with this process only if it leads their process group.
if os.getpgid(0) == os.getpid():
    threading.Thread(target=end_with_parent, daemon=True).start()
for part in (tenancy, trace, batches, streams, events, pipes, expiry, outages, alarms, tags, access):
    part.install()
app.main()
