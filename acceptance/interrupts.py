"""Handles Ctrl-C and SIGTERM: the first one destroys the resources, a later one leaves them."""

import signal
import time

# The terminal and the parent process may both deliver the same Ctrl-C.
SAME_SECONDS = 3.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns the signals into KeyboardInterrupt. Two signals at the same time count as one."""

    def __init__(self):
        self.last = float("-inf")

    def install(self) -> None:
        for each in SIGNALS:
            signal.signal(each, self.handle)

    def handle(self, *_: object) -> None:
        before, self.last = self.last, time.monotonic()
        if self.last - before >= SAME_SECONDS:
            raise KeyboardInterrupt
