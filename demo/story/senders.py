"""Sends each message to its source."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from demo.stage.cloud import Cloud
from demo.stage.sources import Sources
from demo.story import BRIDGED, BUFFERED, DIRECT, FIFO, KINESIS, STANDARD, TABLE, Message
from demo.story.bus import Bus
from demo.story.queues import Queues
from demo.story.streams import Streams
from demo.story.table import Table


@dataclass(frozen=True)
class Senders:
    """What sends, by source."""

    by_source: dict

    @classmethod
    def of(cls, cloud: Cloud, queues: Queues, sources: Sources) -> "Senders":
        streams, bus = Streams(cloud, sources.streams), Bus(cloud, sources.bus)
        table = Table(cloud, sources.table)
        return cls({STANDARD: queues, FIFO: queues, KINESIS: streams, BRIDGED: streams, TABLE: table, BUFFERED: bus, DIRECT: bus})

    def send(self, messages: list[Message], sent: Callable[[int], None]) -> dict[str, Message]:
        """Sends all, in order; gives them by the names that their sources gave them."""
        known: dict[str, Message] = {}
        for source, part in itertools.groupby(messages, key=lambda message: message.source):
            known |= self.by_source[source].send(list(part))
            sent(len(known))
        return known
