"""The queue whose router reads a registry, its other queues, and the registry's table."""

from dataclasses import dataclass

from demo.messages import GUARDED
from demo.setup.cloud import Cloud
from demo.setup.places import Places


@dataclass(frozen=True)
class Guarded:
    """The resources that `demo/others` creates for it."""

    places: Places
    router: str
    table: str
    # How long an answer of the registry is fresh, and how long it is used while the table is unavailable. In seconds.
    fresh_seconds: int
    stale_seconds: int

    @classmethod
    def of(cls, cloud: Cloud, outputs: dict) -> "Guarded":
        places = Places(
            cloud,
            queues={GUARDED: outputs["queue_url"]},
            quarantines={GUARDED: outputs["quarantine_url"]},
            dead_letters={GUARDED: outputs["dead_letter_queue_url"]},
        )
        return cls(places, outputs["router_function_name"], outputs["table_arn"], outputs["fresh_seconds"], outputs["stale_seconds"])

    @property
    def queue(self) -> str:
        return self.places.queues[GUARDED]

    @property
    def quarantine(self) -> str:
        return self.places.quarantines[GUARDED]

    def waiting(self) -> int:
        """How many messages are in the queue, in flight or not."""
        return self.places.count(self.queue)

    def quarantined(self) -> int:
        """How many messages are in the quarantine."""
        return self.places.count(self.quarantine)

    def held(self) -> int:
        """How many messages of the quarantine are in flight."""
        return self.places.held(self.quarantine)

    def take_table_away(self) -> None:
        self.places.cloud.outages.write_text(self.table)

    def bring_table_back(self) -> None:
        self.places.cloud.outages.unlink(missing_ok=True)
