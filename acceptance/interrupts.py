"""Ctrl-C, and being asked to end: the first one destroys, a later one leaves."""

import signal
import time

# A terminal and whoever started us may both pass the same Ctrl-C on.
SAME_SECONDS = 3.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns the signals into KeyboardInterrupt, one that comes twice at once into a single one."""

    def __init__(self):
        self.last = float("-inf")

    def install(self) -> None:
        for each in SIGNALS:
            signal.signal(each, self.handle)

    def handle(self, *_: object) -> None:
        before, self.last = self.last, time.monotonic()
        if self.last - before >= SAME_SECONDS:
            raise KeyboardInterrupt
