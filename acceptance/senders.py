"""Sends single messages through the examples. The tenant is in every place that an example may read."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from acceptance.target import Target
from demo.messages import Message
from demo.messages.bus import Bus


@dataclass(frozen=True)
class Senders:
    target: Target

    def message(self, url: str, tenant: str, id: str) -> None:
        """Into a queue."""
        attribute = {"tenantId": {"DataType": "String", "StringValue": tenant}}
        group = {"MessageGroupId": tenant, "MessageDeduplicationId": id} if url.endswith(".fifo") else {}
        self.target.client("sqs").send_message(QueueUrl=url, MessageBody=body(tenant, id), MessageAttributes=attribute, **group)

    def event(self, bus: str, source: str, tenant: str, id: str) -> None:
        entry = {"EventBusName": bus, "Source": source, "DetailType": "OrderPlaced", "Detail": body(tenant, id)}
        self.target.client("events").put_events(Entries=[entry])

    def data(self, stream_arn: str, tenant: str, id: str) -> None:
        self.target.client("kinesis").put_record(StreamARN=stream_arn, PartitionKey=tenant, Data=body(tenant, id).encode())

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


def body(tenant: str, id: str) -> str:
    return json.dumps({"tenantId": tenant, "id": id})
