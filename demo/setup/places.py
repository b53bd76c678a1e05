"""The queues, streams, tables, buses and buckets of each source, however they were created, and what lies in them.

`acceptance` reads them in an account in the same way: each `cloud` here is anything with a `client` for each service.
"""

import json
from dataclasses import dataclass, field

from demo.setup.cloud import Cloud

BATCH = 10  # the most that one ReceiveMessage takes
# Small batches, so that a stream has many of them, and few retries before a batch is discarded.
BATCHES_OF_STREAMS = {"BatchSize": 25, "MaximumRetryAttempts": 3}
COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


@dataclass(frozen=True)
class Places:
    """Names of streams, tables, buses and buckets, and URLs of queues, by source."""

    cloud: Cloud
    # Queues in which a message waits for its router: the sources themselves, a bridge, a buffer.
    queues: dict[str, str] = field(default_factory=dict)
    quarantines: dict[str, str] = field(default_factory=dict)
    # Where failing messages end: queues, and buckets for the batches that a stream's mapping discards.
    dead_letters: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, str] = field(default_factory=dict)
    streams: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    buses: dict[str, str] = field(default_factory=dict)
    routers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cloud: Cloud, sources: dict[str, dict]) -> "Places":
        """`sources` holds what `sources_of` returns for each source."""
        named = lambda name: {source: places[name] for source, places in sources.items() if places.get(name)}  # noqa: E731
        return cls(
            cloud,
            queues=named("queue_url"),
            quarantines=named("quarantine_url"),
            dead_letters=named("dead_letter_queue_url"),
            buckets=named("failure_bucket"),
            streams=named("stream_name"),
            tables=named("table_name"),
            buses=named("bus_name"),
            routers=frozenset({*named("router_function_name").values(), *sum(named("router_function_names").values(), [])}),
        )

    def return_failures_after(self, seconds: int) -> None:
        """Sets how soon a failed message is tried again. The modules set what AWS advises: six timeouts."""
        for url in self.queues.values():
            self.cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})

    def count(self, url: str) -> int:
        """How many messages a queue holds, including those in flight."""
        counts = self.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)["Attributes"]
        return sum(int(count) for count in counts.values())

    def held(self, url: str) -> int:
        """How many messages of a queue are in flight."""
        name = "ApproximateNumberOfMessagesNotVisible"
        return int(self.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])

    def look(self, url: str) -> list[dict]:
        """The first messages of a queue, which stay in it unchanged."""
        return self.receive(url, VisibilityTimeout=0)

    def take_all(self, url: str) -> list[dict]:
        """Takes the messages out of a queue. In an account, one call may miss some; the next call finds them."""
        sqs, taken = self.cloud.client("sqs"), []
        while self.count(url) and (batch := self.receive(url)):
            taken += batch
            for message in batch:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def receive(self, url: str, **more) -> list[dict]:
        options = {
            "QueueUrl": url,
            "MaxNumberOfMessages": BATCH,
            # A short poll asks only some of the queue's servers [Amazon SQS developer guide, "Amazon SQS short and long polling"].
            "WaitTimeSeconds": 1,
            "MessageAttributeNames": ["All"],
            "MessageSystemAttributeNames": ["All"],
        }
        return self.cloud.client("sqs").receive_message(**options, **more).get("Messages", [])

    def discarded(self, source: str) -> list[dict]:
        """The records of every batch that a stream's mapping has discarded."""
        s3, bucket, records = self.cloud.client("s3"), self.buckets[source], []
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for kept in page.get("Contents", []):
                batch = json.loads(s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read())
                records += json.loads(batch["payload"])["Records"]
        return records
