"""The sources beside the two queues: what Terraform has created of them, and the bus."""

import json
from dataclasses import dataclass, field

from demo.stage.routers import Routers
from demo.story import BUFFERED, DIRECT, TABLE

OF_QUEUE = {"BatchSize": 10}
RECEIVES = 5
RETRIES = 2
FROM_QUEUED_EVENT = {"from": [{"path": "$.body.detail.tenantId"}]}
FROM_EVENT = {"from": [{"path": "$.detail.tenantId"}]}


@dataclass
class Sources:
    """Names and URLs, by source."""

    streams: dict[str, str]
    table: str
    bus: str = "demo-shop"
    # URLs of queues: where rejected records are kept, where what keeps failing is kept, and what lies on the way.
    quarantines: dict[str, str] = field(default_factory=dict)
    dead_letters: dict[str, str] = field(default_factory=dict)
    between: dict[str, str] = field(default_factory=dict)
    # Buckets for the batches that a stream's mapping discards.
    buckets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, outputs: dict[str, dict]) -> "Sources":
        """What the outputs of the applied configurations name, by source."""
        told = lambda name: {source: made[name] for source, made in outputs.items() if made.get(name)}  # noqa: E731
        return cls(
            streams=told("stream_name"),
            table=outputs[TABLE]["table_name"],
            quarantines=told("quarantine_url"),
            dead_letters=told("bridge_dead_letter_queue_url"),
            between=told("bridge_queue_url"),
            buckets=told("failure_bucket"),
        )


class Bus:
    """An event bus with a rule for each way to the backend, created as `modules/eventbridge` would create them."""

    def __init__(self, routers: Routers, made: Sources):
        self.routers, self.cloud, self.made = routers, routers.cloud, made

    def build(self) -> None:
        self.cloud.client("events").create_event_bus(Name=self.made.bus)
        self.buffered()
        self.direct()

    def buffered(self) -> None:
        self.made.dead_letters[BUFFERED], dead_arn = self.queue("demo-events-dlq")
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": RECEIVES})
        self.made.between[BUFFERED], buffer_arn = self.queue("demo-events", RedrivePolicy=redrive)
        # The backend gets the event itself, over the queue as without it.
        self.routers.create(
            "demo-events",
            "sqs-router",
            source="sqs",
            tenant_id=FROM_QUEUED_EVENT,
            delivery={"payload": "record"},
            on_reject=self.quarantine(BUFFERED),
        )
        self.routers.read("demo-events", buffer_arn, **OF_QUEUE)
        self.rule(BUFFERED, buffer_arn)

    def direct(self) -> None:
        router = self.routers.create(
            "demo-direct", "eventbridge-router", source="eventbridge", tenant_id=FROM_EVENT, on_reject=self.quarantine(DIRECT)
        )
        self.made.dead_letters[DIRECT], failed_arn = self.queue("demo-direct-failed")
        self.cloud.client("lambda").put_function_event_invoke_config(
            FunctionName="demo-direct", MaximumRetryAttempts=RETRIES, DestinationConfig={"OnFailure": {"Destination": failed_arn}}
        )
        self.rule(DIRECT, router)

    def rule(self, source: str, target_arn: str) -> None:
        """Each way onto the bus has a detail type of its own."""
        events, bus = self.cloud.client("events"), self.made.bus
        events.put_rule(Name=source, EventBusName=bus, EventPattern=json.dumps({"detail-type": [source]}))
        events.put_targets(Rule=source, EventBusName=bus, Targets=[{"Id": "router", "Arn": target_arn}])

    def quarantine(self, source: str) -> dict:
        """A quarantine queue, as the routers' configuration names it."""
        self.made.quarantines[source], _arn = self.queue(f"demo-{source}-quarantine")
        return {"quarantine": self.made.quarantines[source]}

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
