"""Sends to the Kinesis streams."""

import itertools
from collections.abc import Iterator

from demo.messages import Message, NotSent
from demo.messages.aggregate import aggregate
from demo.setup.cloud import Cloud

BATCH = 100


class Streams:
    """The Kinesis streams, by source."""

    def __init__(self, cloud: Cloud, names: dict[str, str]):
        self.kinesis, self.names = cloud.client("kinesis"), names

    def send(self, messages: list[Message]) -> dict[str, Message]:
        """Sends all messages in order. Returns them by sequence number; those of an aggregate have their position behind it."""
        known: dict[str, Message] = {}
        for source, groups in itertools.groupby(grouped_by_entry(messages), key=lambda entry: entry[0].source):
            entries = list(groups)
            for start in range(0, len(entries), BATCH):
                known |= self.put(source, entries[start : start + BATCH])
        return known

    def put(self, source: str, entries: list[list[Message]]) -> dict[str, Message]:
        answer = self.kinesis.put_records(StreamName=self.names[source], Records=list(map(entry_of, entries)))
        if answer["FailedRecordCount"]:
            raise NotSent(f"the stream did not accept a record: {self.names[source]}: it answered {answer['Records']}")
        known = {}
        for entry, done in zip(entries, answer["Records"], strict=True):
            known |= dict(zip(names(done["SequenceNumber"], entry), entry, strict=True))
        return known


def grouped_by_entry(messages: list[Message]) -> Iterator[list[Message]]:
    """Each message by itself; all messages of an aggregate together, at the position of the first one."""
    entries: dict[str, list[Message]] = {}
    for message in messages:
        entries.setdefault(message.aggregate or message.id, []).append(message)
    return iter(entries.values())


def entry_of(entry: list[Message]) -> dict:
    first = entry[0]
    if first.aggregate is None:
        return {"PartitionKey": first.group, "Data": first.body}
    # The aggregate has a partition key that belongs to no tenant.
    return {"PartitionKey": first.aggregate, "Data": aggregate([(message.group, message.body.encode()) for message in entry])}


def names(sequence_number: str, entry: list[Message]) -> list[str]:
    if entry[0].aggregate is None:
        return [sequence_number]
    return [f"{sequence_number}:{place}" for place in range(len(entry))]
