"""How a stream treats a response that names its first record.

The question uses its own function and stream. The function names the first record of every batch that begins with a certain record,
and logs the records it gets. It runs with and without BisectBatchOnFunctionError.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from acceptance.existing import create_function, create_log_group, create_role, remove_function, retried, write_to
from acceptance.logs import group_of
from acceptance.questions.question import Question
from demo.setup.zips import zipped
from demo.turns import until

RECORDS, ATTEMPTS, BATCH = 8, 3, 10
# The functions name this record whenever a batch begins with it.
NAMED = "0"
KEY = "one-key"
CODE = """import base64, json


def handler(event, context):
    marks = [base64.b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
    print(json.dumps({"event": "received", "marks": marks}))
    named = event["Records"][:1] if marks[0] == "0" else []
    return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]} for record in named]}
"""
RUNTIME = "python3.13"
READ = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]


class FirstRecordNamed(Question):
    text = "How does a stream treat a response that names its first record?"
    parts = ("kinesis",)

    @property
    def stream(self) -> str:
        return f"{self.existing.run}-asked"

    @property
    def stream_arn(self) -> str:
        return self.target.arn("kinesis", f"stream/{self.stream}")

    @property
    def readers(self) -> dict[str, bool]:
        """The functions, and whether their batches are bisected."""
        return {f"{self.existing.run}-asked-bisect": True, f"{self.existing.run}-asked-whole": False}

    def steps(self) -> Iterator[None]:
        kinesis = self.target.client("kinesis")
        kinesis.create_stream(StreamName=self.stream, ShardCount=1, StreamModeDetails={"StreamMode": "PROVISIONED"}, Tags=self.existing.tags)
        for reader in self.readers:
            yield from self.create(reader)
        active = lambda: kinesis.describe_stream_summary(StreamName=self.stream)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"  # noqa: E731
        yield from until(active, self.target.pace.patience)
        kinesis.put_records(StreamName=self.stream, Records=[{"PartitionKey": KEY, "Data": str(number)} for number in range(RECORDS)])
        for reader, bisect in self.readers.items():
            yield from self.connect(reader, bisect)
        yield from until(lambda: all(self.has_begun(reader) for reader in self.readers), self.target.pace.patience)
        # It is over when every other record was accepted, or when no more batches arrive.
        quiet = Quiet(lambda: sum(len(self.received(reader)) for reader in self.readers), self.target.pace.lag)
        yield from until(lambda: all(self.is_over(reader) for reader in self.readers) or quiet.holds(), self.target.pace.patience)
        received = {("bisected" if bisect else "not bisected"): self.received(reader) for reader, bisect in self.readers.items()}
        if all(received.values()):
            self.answered("; ".join(f"{way}: {described(batches)}" for way, batches in received.items()), batches=received, retry_attempts=ATTEMPTS)
        else:
            self.unanswered(f"a function got no batch within {self.target.pace.patience} s")

    def create(self, reader: str) -> Iterator[None]:
        statements = [write_to(create_log_group(self.target, reader, self.existing.tags))]
        statements.append({"Effect": "Allow", "Action": READ, "Resource": self.stream_arn})
        role = create_role(self.target, reader, "lambda", statements, self.existing.tags)
        asked = {"FunctionName": reader, "Runtime": RUNTIME, "Handler": "asked.handler", "Role": role, "Timeout": 10, "Tags": self.existing.tags}
        yield from create_function(self.target, asked | {"Code": {"ZipFile": zipped("asked.py", CODE)}})

    def connect(self, reader: str, bisect: bool) -> Iterator[None]:
        functions = self.target.client("lambda")
        mapping = {
            "EventSourceArn": self.stream_arn,
            "FunctionName": reader,
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": BATCH,
            "MaximumRetryAttempts": ATTEMPTS,
            "BisectBatchOnFunctionError": bisect,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "Tags": self.existing.tags,
        }
        create = lambda: functions.create_event_source_mapping(**mapping)  # noqa: E731
        yield from retried(create, functions.exceptions.InvalidParameterValueException, "role")

    def received(self, reader: str) -> list[list[str]]:
        """The batches that a function got, each record by its number."""
        return [line["marks"] for line in self.logs.lines(group_of(reader)) if line.get("event") == "received"]

    def has_begun(self, reader: str) -> bool:
        return bool(self.received(reader))

    def is_over(self, reader: str) -> bool:
        return not missed(self.received(reader))

    def remove(self) -> None:
        functions, kinesis = self.target.client("lambda"), self.target.client("kinesis")
        for reader in self.readers:
            with suppress(functions.exceptions.ResourceNotFoundException):
                for mapping in functions.list_event_source_mappings(FunctionName=reader)["EventSourceMappings"]:
                    functions.delete_event_source_mapping(UUID=mapping["UUID"])
            remove_function(self.target, reader)
        with suppress(kinesis.exceptions.ResourceNotFoundException):
            kinesis.delete_stream(StreamName=self.stream, EnforceConsumerDeletion=True)


class Quiet:
    """Whether a count has stayed the same for a while."""

    def __init__(self, count: Callable[[], int], seconds: float):
        self.count, self.seconds = count, seconds
        self.known, self.since = -1, 0.0

    def holds(self) -> bool:
        if (now := self.count()) != self.known:
            self.known, self.since = now, time.monotonic()
        return time.monotonic() - self.since >= self.seconds


def missed(batches: list[list[str]]) -> list[str]:
    """The records, except for the named one, that were in no batch that the function accepted."""
    accepted = {mark for batch in batches if batch[0] != NAMED for mark in batch}
    return [str(number) for number in range(RECORDS) if str(number) not in accepted | {NAMED}]


def described(batches: list[list[str]]) -> str:
    """A description: the batches, how often the named record came, and what happened to the others."""
    times = sum(NAMED in batch for batch in batches)
    sizes = ", ".join(f"{len(batch)} from record {batch[0]}" for batch in batches)
    others = f"records {', '.join(lost)} were discarded with it" if (lost := missed(batches)) else "every other record was processed"
    return f"the named record came {times} times, {others}; batches of {sizes}"
