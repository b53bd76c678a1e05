"""Collects what happened to messages: from the backend's log, the quarantines, the dead-letter queues and the failure buckets."""

import json
from collections import Counter
from dataclasses import dataclass, field

from acceptance.logs import Logs
from acceptance.target import Target
from demo.evidence.seen import Quarantined, Seen, dead_letter, quarantined
from demo.messages import End, Message
from demo.naming import name_of

COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


@dataclass(frozen=True)
class Places:
    """The queues and buckets of each source: URLs of queues, names of buckets."""

    # The function whose log shows what was delivered.
    backend: str
    queues: dict[str, str] = field(default_factory=dict)
    quarantines: dict[str, str] = field(default_factory=dict)
    dead_letters: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, str] = field(default_factory=dict)


class Arrivals:
    """What has happened to the messages so far. Messages in quarantines and dead-letter queues are taken out."""

    def __init__(self, target: Target, logs: Logs, places: Places, sent: dict[str, Message]):
        self.target, self.logs, self.places, self.sent = target, logs, places, sent
        # The identifiers of messages whose source keeps the sender's own id.
        ids = Counter(message.id for message in sent.values())
        self.named = {message.id: name for name, message in sent.items() if ids[message.id] == 1}
        self.kept: list[Quarantined] = []
        self.dead: list[tuple[str, str]] = []

    def look(self) -> Seen:
        """Everything that can be observed now."""
        for source, url in self.places.quarantines.items():
            self.kept += [quarantined(source, message) for message in taken(self.target, url)]
        for source, url in self.places.dead_letters.items():
            self.dead += [(source, name_of(dead_letter(message))) for message in taken(self.target, url)]
        given_up = [(source, name_of(record)) for source, bucket in self.places.buckets.items() for record in discarded(self.target, bucket)]
        journal = [line for line in map(self.renamed, self.logs.journal(self.places.backend)) if self.is_ours(line)]
        return Seen(self.sent, journal, list(map(as_trace, journal)), list(self.kept), self.dead + given_up)

    def waiting(self) -> list[Message]:
        """The messages that have not ended where they should."""
        seen = self.look()
        ends = {
            End.DELIVERED: set(seen.outcomes("ok")),
            End.QUARANTINED: {record.name for record in seen.quarantined},
            End.DEAD_LETTER: {name for _, name in seen.dead},
        }
        return [message for name, message in self.sent.items() if name not in ends[message.end]]

    def queued(self) -> int:
        """The number of messages in the source queues."""
        return sum(count(self.target, url) for url in self.places.queues.values())

    def renamed(self, line: dict) -> dict:
        """A backend's line with each record under the identifier that its source gave it, however it was wrapped."""
        return line | {"records": [record | {"message_id": self.name(record)} for record in line["records"]]}

    def name(self, record: dict) -> str:
        return record["message_id"] if record["message_id"] in self.sent else self.named.get(record["id"], record["message_id"])

    def is_ours(self, line: dict) -> bool:
        """Whether an invocation carried any of these messages. Other examples share the backend."""
        return any(record["message_id"] in self.sent for record in line["records"])


def as_trace(line: dict) -> dict:
    """What the demo's checks read of an invocation: its tenant, its records, and those that were acknowledged."""
    records = line["records"]
    return {
        "tenant_id": line["tenant_id"],
        "records": [record["message_id"] for record in records],
        "acknowledged": [record["message_id"] for record in records if record["outcome"] == "ok"],
    }


def count(target: Target, url: str) -> int:
    """The number of messages in a queue, including those in flight."""
    counts = target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
    return sum(int(counts[name]) for name in COUNTS)


def taken(target: Target, url: str) -> list[dict]:
    """Takes the messages out of a queue. One call may miss some; the next call finds them."""
    sqs, found = target.client("sqs"), []
    while count(target, url) and (batch := receive(target, url)):
        found += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def receive(target: Target, url: str) -> list[dict]:
    options = {
        "QueueUrl": url,
        "MaxNumberOfMessages": 10,
        "WaitTimeSeconds": 1,
        "MessageAttributeNames": ["All"],
        "MessageSystemAttributeNames": ["All"],
    }
    return target.client("sqs").receive_message(**options).get("Messages", [])


def discarded(target: Target, bucket: str) -> list[dict]:
    """The records of every batch that a stream's mapping has discarded."""
    s3, records = target.client("s3"), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for kept in page.get("Contents", []):
            batch = json.loads(s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read())
            records += json.loads(batch["payload"])["Records"]
    return records
