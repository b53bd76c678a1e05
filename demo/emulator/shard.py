"""What an answer does to a shard of a stream; pure, so that every rule can be tested by itself
[Lambda developer guide, "Configuring partial batch response with Kinesis Data Streams and Lambda", "Retain discarded
batch records for a Kinesis Data Streams event source in Lambda", and the same pages for DynamoDB].
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What an event source mapping says of failures."""

    batch_size: int
    bisect: bool
    # None: without end, which is Lambda's default.
    retries: int | None
    age_seconds: int | None

    @classmethod
    def of(cls, mapping: dict) -> "Limits":
        finite = lambda name: None if int(mapping.get(name, -1)) < 0 else int(mapping[name])  # noqa: E731
        return cls(
            batch_size=int(mapping.get("BatchSize") or 100),
            bisect=bool(mapping.get("BisectBatchOnFunctionError")),
            retries=finite("MaximumRetryAttempts"),
            age_seconds=finite("MaximumRecordAgeInSeconds"),
        )


@dataclass(frozen=True)
class Again:
    """Records that are handed out together once more, and how often they have failed so."""

    size: int
    failures: int


@dataclass
class Shard:
    """How far a mapping has read a shard. `position` is the checkpoint: everything before it is settled or discarded."""

    position: int
    # The next batches, where some have failed: nothing new is read before they are settled.
    again: list[Again] = field(default_factory=list)

    def next_size(self, limits: Limits) -> int:
        return self.again[0].size if self.again else limits.batch_size

    def settled(self, count: int) -> None:
        """A batch of `count` records is done, or given up."""
        self.position += count
        del self.again[:1]

    def failed(self, count: int, done: int, whole: bool, age: float, limits: Limits) -> str | None:
        """Of a batch's `count` records the first `done` are settled, the others not. Gives the condition where those are
        to be discarded.

        `whole` is a complete failure, which may be bisected; splitting does not count towards the retries. With bisecting
        an answer that names a record cuts the batch there, which does not count either. Where the guide is silent the
        harder reading is taken: what remains of a batch has used up the tries that the batch had, each half too; and an
        answer that cuts nothing, as it names the first record or nothing is to be bisected, uses up one more.
        """
        failures, rest = self.again.pop(0).failures if self.again else 0, count - done
        self.position += done
        old = limits.age_seconds is not None and age > limits.age_seconds
        if whole and limits.bisect and rest > 1 and not old:
            half = rest // 2
            self.again[:0] = [Again(half, failures), Again(rest - half, failures)]
            return None
        cut = limits.bisect and done > 0
        remains = Again(rest, failures if cut else failures + 1)
        self.again.insert(0, remains)
        if old:
            return "RecordAgeExceeded"
        return "RetryAttemptsExhausted" if limits.retries is not None and remains.failures > limits.retries else None
