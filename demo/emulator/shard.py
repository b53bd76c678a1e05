"""What a response does to a shard of a stream. The functions are pure, so that every rule can be tested by itself
[Lambda developer guide, "Configuring partial batch response with Kinesis Data Streams and Lambda", "Retain discarded
batch records for a Kinesis Data Streams event source in Lambda", and the same pages for DynamoDB].
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """The settings of an event source mapping for failures."""

    batch_size: int
    bisect: bool
    # None means no limit, which is Lambda's default.
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
    """Records that are delivered together again, and how often they have failed together."""

    size: int
    failures: int


@dataclass
class Shard:
    """How far a mapping has read a shard. `position` is the checkpoint: everything before it is acknowledged or discarded."""

    position: int
    # The next batches after a failure. Nothing new is read until they are acknowledged.
    again: list[Again] = field(default_factory=list)

    def next_size(self, limits: Limits) -> int:
        return self.again[0].size if self.again else limits.batch_size

    def acknowledge(self, count: int) -> None:
        """A batch of `count` records is acknowledged or discarded."""
        self.position += count
        del self.again[:1]

    def failed(self, count: int, done: int, whole: bool, age: float, limits: Limits) -> str | None:
        """Of a batch's `count` records the first `done` are acknowledged, the others are not. Returns the condition if those
        are to be discarded.

        `whole` is a complete failure, which may be bisected; splitting does not count towards the retries. With bisecting,
        a response that names a record splits the batch there, which does not count either. The guide does not say everything;
        there, the stricter reading is implemented: the rest of a batch, and each half, has used the tries of the batch; and
        a response that splits nothing, because it names the first record or nothing is to be bisected, uses one more.
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
