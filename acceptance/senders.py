"""Sends single messages through the examples. The tenant is in every place that an example may read."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from acceptance.target import Target
from demo.messages import STANDARD, Message, body_of
from demo.messages.bus import Bus
from demo.messages.queues import Queues


@dataclass(frozen=True)
class Senders:
    target: Target

    def message(self, url: str, tenant: str, id: str) -> None:
        """Into a queue."""
        group = tenant if url.endswith(".fifo") else None
        Queues(self.target, {STANDARD: url}).send([Message(id, STANDARD, body_of(tenant, id), attribute=tenant, group=group)])

    def event(self, bus: str, source: str, tenant: str, id: str) -> None:
        """Onto a bus."""
        Events(self.target, bus, source).send([Message(id, "OrderPlaced", body_of(tenant, id))])

    def data(self, stream_arn: str, tenant: str, id: str) -> None:
        self.target.client("kinesis").put_record(StreamARN=stream_arn, PartitionKey=tenant, Data=body_of(tenant, id).encode())

    def item(self, table: str, tenant: str, id: str) -> None:
        item = {"pk": f"TENANT#{tenant}#1", "tenantId": tenant, "id": id}
        self.target.client("dynamodb").put_item(TableName=table, Item={name: {"S": value} for name, value in item.items()})

    def execution(self, state_machine: str, given: dict) -> Callable[[], dict | None]:
        """Starts an execution. Returns a function with its result, None while it runs."""
        states = self.target.client("stepfunctions")
        started = states.start_execution(stateMachineArn=state_machine, input=json.dumps(given))

        def ended() -> dict | None:
            execution = states.describe_execution(executionArn=started["executionArn"])
            return None if execution["status"] == "RUNNING" else execution

        return ended


class Events(Bus):
    """The demo's events with their own source, so that no other rule of a shared bus matches them."""

    def __init__(self, target: Target, bus: str, source: str):
        super().__init__(target, bus)
        self.source = source

    def entry(self, message: Message) -> dict:
        return super().entry(message) | {"Source": self.source}
