"""The sources beside the two queues, as the outputs of what Terraform has applied name them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sources:
    """Names and URLs, by source."""

    streams: dict[str, str]
    table: str
    bus: str
    # URLs of queues: where rejected records are kept, where what keeps failing is kept, and what lies on the way.
    quarantines: dict[str, str]
    dead_letters: dict[str, str]
    between: dict[str, str]
    # Buckets for the batches that a stream's mapping discards.
    buckets: dict[str, str]
    routers: set[str]

    @classmethod
    def of(cls, streams: dict[str, dict], estate: dict) -> "Sources":
        """`streams` holds the outputs of `examples/kinesis-fan-out` for each stream, `estate` those of `demo/estate`."""
        told = {source: renamed(outputs) for source, outputs in streams.items()} | estate["sources"]
        named = lambda name: {source: made[name] for source, made in told.items() if made.get(name)}  # noqa: E731
        return cls(
            streams=named("stream_name"),
            table=estate["table_name"],
            bus=estate["bus_name"],
            quarantines=named("quarantine_url"),
            dead_letters=named("dead_letter_queue_url"),
            between=named("queue_url"),
            buckets=named("failure_bucket"),
            routers={*named("router_function_name").values(), *sum(named("router_function_names").values(), [])},
        )


def renamed(outputs: dict) -> dict:
    """A bridge's queue is one on the way, like any other."""
    return {name.removeprefix("bridge_"): value for name, value in outputs.items()}
