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
    sent: dict[str, Message]

    def count(self, *sources: str) -> int:
        """How many messages of these sources, or of all, are on their way."""
        # What leaves a stream for its bridge is in the queue by the time that it counts as settled: so that is asked first.
        settled = self.settled()
        return sum(self.left(source, settled) for source in sources or {message.source for message in self.sent.values()})

    def settled(self) -> set[str]:
        found = {name for line in lines(self.places.cloud.trace) if line["function"] in self.places.routers for name in line["settled"]}
        for source in self.places.buckets:
            found |= {name_of(record) for record in self.places.discarded(source)}
        return found

    def left(self, source: str, settled: set[str]) -> int:
        queued = self.places.count(self.places.queues[source]) if source in self.places.queues else 0
        if source not in {DIRECT, *self.places.buckets}:
            return queued
        unsettled = {parent(name) for name, message in self.sent.items() if message.source == source} - settled
        # An event that keeps failing leaves for its function's destination.
        given_up = self.places.count(self.places.dead_letters[DIRECT]) if source == DIRECT else 0
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
