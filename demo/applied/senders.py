"""How records of the demo's kind are sent, and where they are seen again."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from demo.evidence.trace import lines
from demo.stage.cloud import Cloud
from demo.story.table import Table

# Looks for what it tells of; asked again and again until it holds.
Holds = Callable[[], bool]


@dataclass(frozen=True)
class Proof:
    """Something that must come true."""

    what: str
    holds: Holds


@dataclass(frozen=True)
class Senders:
    place: Cloud

    def message(self, url: str, tenant: str) -> str:
        """Into a queue, in every place that an example may look at; gives the message's id."""
        attribute = {"tenantId": {"DataType": "String", "StringValue": tenant}}
        group = {"MessageGroupId": tenant, "MessageDeduplicationId": "1"} if url.endswith(".fifo") else {}
        return self.place.client("sqs").send_message(QueueUrl=url, MessageBody=body(tenant), MessageAttributes=attribute, **group)["MessageId"]

    def event(self, bus: str, source: str, tenant: str) -> str:
        entry = {"EventBusName": bus, "Source": source, "DetailType": "OrderPlaced", "Detail": body(tenant)}
        return self.place.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]

    def data(self, stream_arn: str, tenant: str) -> str:
        return self.place.client("kinesis").put_record(StreamARN=stream_arn, PartitionKey=tenant, Data=body(tenant).encode())["SequenceNumber"]

    def item(self, table: str, tenant: str, **keys: str) -> Callable[[], set[str]]:
        """Gives what tells which records the table's stream has of it."""
        item = {"pk": f"TENANT#{tenant}#1", "tenantId": tenant, "id": "1"} | keys
        self.place.client("dynamodb").put_item(TableName=table, Item={name: {"S": value} for name, value in item.items()})
        return lambda: {record["SequenceNumber"] for record in Table(self.place, table).read()}

    def execution(self, state_machine: str, orders: list[dict]) -> Callable[[], list[dict]]:
        """Gives what tells its result, which is empty before there is one."""
        started = self.place.client("stepfunctions").start_execution(stateMachineArn=state_machine, input=json.dumps({"orders": orders}))

        def result() -> list[dict]:
            told = self.place.client("stepfunctions").describe_execution(executionArn=started["executionArn"])
            return json.loads(told.get("output") or "[]")

        return result

    def reached(self, function: str, tenant: str, named: str | Callable[[], set[str]]) -> Holds:
        """Whether a function has done the record in an invocation of its tenant's own."""

        def holds() -> bool:
            names = {named} if isinstance(named, str) else named()
            ran = [line for line in lines(self.place.trace) if line["function"] == function and line["tenant_id"] == tenant]
            return any(names & set(line["settled"]) for line in ran)

        return holds


def body(tenant: str) -> str:
    return json.dumps({"tenantId": tenant, "id": "1"})
