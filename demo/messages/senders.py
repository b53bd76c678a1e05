"""Sends each message to its source."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from demo.messages import BRIDGED, BUFFERED, DIRECT, FIFO, KINESIS, STANDARD, TABLE, Message
from demo.messages.bus import Bus
from demo.messages.queues import Queues
from demo.messages.streams import Streams
from demo.messages.table import Table
from demo.setup.places import Places


@dataclass(frozen=True)
class Senders:
    """The senders, by source."""

    by_source: dict

    @classmethod
    def of(cls, places: Places) -> "Senders":
        """The senders of the sources that exist."""
        cloud = places.cloud
        queues, streams = Queues(cloud, places.queues), Streams(cloud, places.streams)
        made = {source: queues for source in (STANDARD, FIFO) if source in places.queues}
        made |= {source: streams for source in (KINESIS, BRIDGED) if source in places.streams}
        made |= {source: Table(cloud, places.tables[source]) for source in (TABLE,) if source in places.tables}
        made |= {source: Bus(cloud, places.buses[source]) for source in (BUFFERED, DIRECT) if source in places.buses}
        return cls(made)

    def send(self, messages: list[Message], sent: Callable[[int], None]) -> dict[str, Message]:
        """Sends all messages in order. Returns them by the identifiers that their sources gave them."""
        known: dict[str, Message] = {}
        for source, part in itertools.groupby(messages, key=lambda message: message.source):
            known |= self.by_source[source].send(list(part))
            sent(len(known))
        return known
