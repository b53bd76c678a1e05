"""Counts what is in transit: in a queue, or not yet before a stream's checkpoint."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from demo.evidence.trace import lines
from demo.messages import DIRECT, Message
from demo.naming import name_of
from demo.setup.places import Places

POLL_SECONDS = 0.3


@dataclass(frozen=True)
class Waiting:
    """The messages that were sent, and the places where they may be."""

    places: Places
    sent: dict[str, Message]

    def count(self, *sources: str) -> int:
        """How many messages of these sources, or of all, are in transit."""
        # Ask for the acknowledged records first: a stream's record is in the bridge's queue before it is acknowledged.
        acknowledged = self.acknowledged()
        return sum(self.left(source, acknowledged) for source in sources or {message.source for message in self.sent.values()})

    def acknowledged(self) -> set[str]:
        found = {name for line in lines(self.places.cloud.trace) if line["function"] in self.places.routers for name in line["acknowledged"]}
        for source in self.places.buckets:
            found |= {name_of(record) for record in self.places.discarded(source)}
        return found

    def left(self, source: str, acknowledged: set[str]) -> int:
        queued = self.places.count(self.places.queues[source]) if source in self.places.queues else 0
        if source not in {DIRECT, *self.places.buckets}:
            return queued
        pending = {parent(name) for name, message in self.sent.items() if message.source == source} - acknowledged
        # An event that keeps failing goes to its function's on-failure destination.
        given_up = self.places.count(self.places.dead_letters[DIRECT]) if source == DIRECT else 0
        return queued + max(0, len(pending) - given_up)

    def drain(self, seconds: float, left: Callable[[int], None]) -> int:
        """Waits until nothing is in transit, at most for this time. Returns how many messages still are."""
        end = time.monotonic() + seconds
        while (waiting := self.count()) and time.monotonic() < end:
            left(waiting)
            time.sleep(POLL_SECONDS)
        left(waiting)
        return waiting


def parent(name: str) -> str:
    """A stream is answered with the record that holds an aggregate. User records have their position behind its identifier."""
    return name.partition(":")[0]
