"""The sources beside the queues, each with its router: two streams, a table and a bus.

They are created through the API, as `modules/kinesis`, `modules/dynamodb-stream` and `modules/eventbridge` would create
them; Terraform has its part in the queues, which the demo applies with it.
"""

import json
import time
from dataclasses import dataclass, field

from demo.stage import StageFailed
from demo.stage.cloud import REGION
from demo.stage.routers import Routers
from demo.story import BRIDGED, BUFFERED, DIRECT, KINESIS, TABLE

# A stream's batch holds records of several tenants; a failed one is halved until the culprit is alone.
OF_STREAM = {"BatchSize": 25, "StartingPosition": "TRIM_HORIZON", "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 3}
OF_QUEUE = {"BatchSize": 10}
RECEIVES = 5

FROM_STREAM = {
    "from": [{"path": "$.kinesis.data.tenantId"}],
    "must_match": [{"path": "$.kinesis.partitionKey", "capture": "^([^#]+)#"}],
}
FROM_TABLE = {
    "from": [
        {"path": "$.dynamodb.Keys.pk.S", "capture": "^TENANT#([^#]+)$"},
        {"path": "$.dynamodb.NewImage.tenantId.S"},
        {"path": "$.dynamodb.OldImage.tenantId.S"},
    ]
}
FROM_QUEUED_EVENT = {"from": [{"path": "$.body.detail.tenantId"}]}
FROM_EVENT = {"from": [{"path": "$.detail.tenantId"}]}


@dataclass
class Sources:
    """What was created, by source."""

    streams: dict[str, str] = field(default_factory=dict)
    table: str = "orders"
    bus: str = "shop"
    # URLs of queues: where rejected records are kept, where what keeps failing is kept, and what lies on the way.
    quarantines: dict[str, str] = field(default_factory=dict)
    dead_letters: dict[str, str] = field(default_factory=dict)
    between: dict[str, str] = field(default_factory=dict)
    # Buckets for the batches that a stream's mapping discards.
    buckets: dict[str, str] = field(default_factory=dict)


class Builder:
    """Creates the sources, one after the other."""

    def __init__(self, routers: Routers, retry_seconds: int):
        self.routers, self.cloud, self.retry_seconds = routers, routers.cloud, retry_seconds
        self.made = Sources()

    def build(self) -> Sources:
        self.stream()
        self.bridged_stream()
        self.table()
        self.bus()
        return self.made

    def stream(self) -> None:
        arn = self.consumer(self.new_stream(KINESIS, shards=2))
        self.routers.create("demo-kinesis", "kinesis-router", source="kinesis", tenant_id=FROM_STREAM, on_reject=self.quarantine(KINESIS))
        self.routers.read("demo-kinesis", arn, DestinationConfig=self.bucket(KINESIS), **OF_STREAM)

    def bridged_stream(self) -> None:
        arn = self.new_stream(BRIDGED, shards=1)
        bridge, bridge_arn = self.queue("demo-bridge.fifo", dead_letters_of=BRIDGED, FifoQueue="true")
        self.made.between[BRIDGED] = bridge
        self.routers.create(
            "demo-bridged",
            "kinesis-router",
            source="kinesis",
            tenant_id=FROM_STREAM,
            on_reject=self.quarantine(BRIDGED),
            bridge={"fifo_queue": bridge, "group": "tenant"},
        )
        self.routers.read("demo-bridged", arn, DestinationConfig=self.bucket(BRIDGED), **OF_STREAM)
        self.routers.create("demo-drain", "sqs-router", source="sqs", bridged_from="kinesis", tenant_id=FROM_STREAM)
        self.routers.read("demo-drain", bridge_arn, **OF_QUEUE)

    def table(self) -> None:
        dynamodb, name = self.cloud.client("dynamodb"), self.made.table
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        self.routers.create("demo-dynamodb", "dynamodb-router", source="dynamodb", tenant_id=FROM_TABLE, on_reject=self.quarantine(TABLE))
        self.routers.read("demo-dynamodb", arn, DestinationConfig=self.bucket(TABLE), **OF_STREAM)

    def bus(self) -> None:
        self.cloud.client("events").create_event_bus(Name=self.made.bus)
        buffer, buffer_arn = self.queue("demo-events", dead_letters_of=BUFFERED)
        self.made.between[BUFFERED] = buffer
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
        direct = self.routers.create(
            "demo-direct", "eventbridge-router", source="eventbridge", tenant_id=FROM_EVENT, on_reject=self.quarantine(DIRECT)
        )
        self.made.dead_letters[DIRECT], failed_arn = self.new_queue("demo-direct-failed")
        self.cloud.client("lambda").put_function_event_invoke_config(
            FunctionName="demo-direct", MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": failed_arn}}
        )
        self.rule(DIRECT, direct)

    def rule(self, source: str, target_arn: str) -> None:
        """Each way onto the bus has a detail type of its own."""
        events, bus = self.cloud.client("events"), self.made.bus
        events.put_rule(Name=source, EventBusName=bus, EventPattern=json.dumps({"detail-type": [source]}))
        events.put_targets(Rule=source, EventBusName=bus, Targets=[{"Id": "router", "Arn": target_arn}])

    def new_stream(self, source: str, shards: int) -> str:
        kinesis, name = self.cloud.client("kinesis"), f"demo-{source}"
        kinesis.create_stream(StreamName=name, ShardCount=shards)
        end = time.monotonic() + 30
        while (told := kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"])["StreamStatus"] != "ACTIVE":
            if time.monotonic() > end:
                raise StageFailed(f"the stream does not become active: {name}: see the emulator's log with --keep")
            time.sleep(0.1)
        self.made.streams[source] = name
        return told["StreamARN"]

    def consumer(self, stream_arn: str) -> str:
        """A consumer with enhanced fan-out."""
        told = self.cloud.client("kinesis").register_stream_consumer(StreamARN=stream_arn, ConsumerName="demo")
        return told["Consumer"]["ConsumerARN"]

    def quarantine(self, source: str) -> dict:
        """A quarantine queue, as the routers' configuration names it."""
        self.made.quarantines[source], _arn = self.new_queue(f"demo-{source}-quarantine")
        return {"quarantine": self.made.quarantines[source]}

    def queue(self, name: str, dead_letters_of: str, **more: str) -> tuple[str, str]:
        """A queue that returns failures soon, and gives up after a few."""
        fifo = ".fifo" if name.endswith(".fifo") else ""
        url, arn = self.new_queue(f"{name.removesuffix('.fifo')}-dlq{fifo}", **more)
        self.made.dead_letters[dead_letters_of] = url
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES})
        return self.new_queue(name, VisibilityTimeout=str(self.retry_seconds), RedrivePolicy=redrive, **more)

    def new_queue(self, name: str, **attributes: str) -> tuple[str, str]:
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bucket(self, source: str) -> dict:
        """A bucket for discarded batches, as a mapping names it."""
        name = f"demo-{source}-failed"
        self.cloud.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.made.buckets[source] = name
        return {"OnFailure": {"Destination": f"arn:aws:s3:::{name}"}}
