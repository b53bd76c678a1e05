"""Sends to the Kinesis streams."""

import itertools
from collections.abc import Iterator

from demo.stage.cloud import Cloud
from demo.story import Message, NotSent
from demo.story.aggregate import aggregate

BATCH = 100


class Streams:
    """The Kinesis streams, by source."""

    def __init__(self, cloud: Cloud, names: dict[str, str]):
        self.kinesis, self.names = cloud.client("kinesis"), names

    def send(self, messages: list[Message]) -> dict[str, Message]:
        """Sends all messages in order. Returns them by sequence number; those of an aggregate have their position behind it."""
        known: dict[str, Message] = {}
        for source, parcels in itertools.groupby(parcelled(messages), key=lambda parcel: parcel[0].source):
            parcels = list(parcels)
            for start in range(0, len(parcels), BATCH):
                known |= self.put(source, parcels[start : start + BATCH])
        return known

    def put(self, source: str, parcels: list[list[Message]]) -> dict[str, Message]:
        answer = self.kinesis.put_records(StreamName=self.names[source], Records=list(map(entry, parcels)))
        if answer["FailedRecordCount"]:
            raise NotSent(f"the stream did not accept a record: {self.names[source]}: it answered {answer['Records']}")
        known = {}
        for parcel, done in zip(parcels, answer["Records"], strict=True):
            known |= dict(zip(names(done["SequenceNumber"], parcel), parcel, strict=True))
        return known


def parcelled(messages: list[Message]) -> Iterator[list[Message]]:
    """Each message by itself; all messages of an aggregate together, at the position of the first one."""
    parcels: dict[str, list[Message]] = {}
    for message in messages:
        parcels.setdefault(message.aggregate or message.id, []).append(message)
    return iter(parcels.values())


def entry(parcel: list[Message]) -> dict:
    first = parcel[0]
    if first.aggregate is None:
        return {"PartitionKey": first.group, "Data": first.body}
    # The aggregate has a partition key that belongs to no tenant.
    return {"PartitionKey": first.aggregate, "Data": aggregate([(message.group, message.body.encode()) for message in parcel])}


def names(sequence_number: str, parcel: list[Message]) -> list[str]:
    if parcel[0].aggregate is None:
        return [sequence_number]
    return [f"{sequence_number}:{place}" for place in range(len(parcel))]
