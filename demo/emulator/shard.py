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


@dataclass
class Shard:
    """How far a mapping has read a shard. `position` is the checkpoint: everything before it is settled or discarded."""

    position: int
    # How many records the next batches have, where a failed batch was cut.
    sizes: list[int] = field(default_factory=list)
    # How often the batch at the checkpoint has failed as a whole.
    failures: int = 0

    def next_size(self, limits: Limits) -> int:
        return self.sizes[0] if self.sizes else limits.batch_size

    def settled(self, count: int) -> None:
        """The first `count` records of the batch are done; the rest of it, if any, is handed out again."""
        self.position += count
        self.failures = 0
        if self.sizes:
            self.sizes[0] -= count
            if self.sizes[0] <= 0:
                self.sizes.pop(0)

    def failed(self, count: int, whole: bool, age: float, limits: Limits) -> str | None:
        """None of a batch's `count` records is done. Gives the condition where they are to be discarded.

        `whole` is a complete failure, which may be bisected; splitting does not count towards the retries. An answer
        that names the batch's first record is none: it is cut there, which changes nothing.
        """
        if limits.age_seconds is not None and age > limits.age_seconds:
            return "RecordAgeExceeded"
        if whole and limits.bisect and count > 1:
            half = count // 2
            self.sizes[:1] = [half, count - half]
            return None
        self.failures += 1
        return "RetryAttemptsExhausted" if limits.retries is not None and self.failures > limits.retries else None
