"""What is still on its way: in a queue, or not yet behind a stream's checkpoint."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from demo.evidence.trace import lines
from demo.naming import name_of
from demo.stage.places import Places
from demo.story import DIRECT, Message

POLL_SECONDS = 0.3


@dataclass(frozen=True)
class Waiting:
    """What has been sent, and where to look for it."""

    places: Places
    routers: set[str]
    sent: dict[str, Message]

    def count(self) -> int:
        settled = {name for line in lines(self.places.cloud.trace) if line["function"] in self.routers for name in line["settled"]}
        for source in self.places.buckets:
            settled |= {name_of(record) for record in self.places.discarded(source)}
        unsettled = {parent(name) for name, message in self.sent.items() if message.source in {DIRECT, *self.places.buckets}} - settled
        # An event that keeps failing leaves for its function's destination.
        given_up = self.places.count(self.places.dead_letters[DIRECT])
        queued = sum(map(self.places.count, self.places.queues.values()))
        return queued + max(0, len(unsettled) - given_up)

    def drain(self, seconds: float, left: Callable[[int], None]) -> int:
        """Waits until nothing is on its way, at most so long; gives how many are."""
        end = time.monotonic() + seconds
        while (waiting := self.count()) and time.monotonic() < end:
            left(waiting)
            time.sleep(POLL_SECONDS)
        left(waiting)
        return waiting


def parent(name: str) -> str:
    """A stream is answered by the record that holds an aggregate; names of user records have their place behind."""
    return name.partition(":")[0]
