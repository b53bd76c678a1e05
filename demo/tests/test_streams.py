"""The emulator reads streams as Lambda does, and expires items as DynamoDB does."""

import json
import time
import uuid

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import eventually


class Streams(EmulatorCase):
    def stream(self, *keys: str) -> str:
        """A stream of one shard with a record for each key."""
        kinesis, name = self.cloud.client("kinesis"), f"s-{uuid.uuid4().hex}"
        kinesis.create_stream(StreamName=name, ShardCount=1)
        description = lambda: kinesis.describe_stream(StreamName=name)["StreamDescription"]  # noqa: E731
        self.assertTrue(eventually(lambda: description()["StreamStatus"] == "ACTIVE"))
        for key in keys:
            kinesis.put_record(StreamName=name, PartitionKey=key, Data=b"{}")
        return description()["StreamARN"]

    def table(self, *keys: str, expiry: float | None = None) -> str:
        """The stream of a table with an item for each key."""
        dynamodb, name = self.cloud.client("dynamodb"), f"t-{uuid.uuid4().hex}"
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        for key in keys:
            dynamodb.put_item(TableName=name, Item={"pk": {"S": key}} | ({"expires": {"N": str(expiry)}} if expiry else {}))
        return dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    def test_kinesis_stream_resumes_at_the_lowest_failure(self):
        name, notes = self.consumer(REFUSE="k3")
        self.map(self.stream("k0", "k1", "k2", "k3", "k4"), name, StartingPosition="TRIM_HORIZON")
        self.assertTrue(eventually(lambda: self.deliveries(notes).count("k4") == 2))
        self.assertEqual(self.deliveries(notes), ["k0", "k1", "k2", "k3", "k4", "k3", "k4"])

    def test_table_stream_resumes_at_the_lowest_failure(self):
        name, notes = self.consumer(REFUSE="d2")
        self.map(self.table("d0", "d1", "d2", "d3"), name, StartingPosition="TRIM_HORIZON")
        self.assertTrue(eventually(lambda: self.deliveries(notes).count("d3") == 2))
        self.assertEqual(self.deliveries(notes), ["d0", "d1", "d2", "d3", "d2", "d3"])

    def test_complete_failure_bisects_the_batch(self):
        name, notes = self.consumer(ANSWER='{"batchItemFailures":[{"itemIdentifier":""}]}')
        self.map(self.stream("k0", "k1", "k2", "k3"), name, StartingPosition="TRIM_HORIZON", BisectBatchOnFunctionError=True)
        self.assertTrue(eventually(lambda: len(self.batches(notes)) == 3), self.batches(notes))
        self.assertEqual(self.batches(notes), [["k0", "k1", "k2", "k3"], ["k0", "k1"], ["k2", "k3"]])

    def test_foreign_identifier_is_a_complete_failure(self):
        name, notes = self.consumer(ANSWER='{"batchItemFailures":[{"itemIdentifier":"elsewhere"}]}')
        self.map(self.stream("k0", "k1"), name, StartingPosition="TRIM_HORIZON", BisectBatchOnFunctionError=True)
        self.assertTrue(eventually(lambda: self.deliveries(notes).count("k1") == 2))
        self.assertEqual(self.batches(notes), [["k0", "k1"], ["k0"], ["k1"]])

    def test_discarded_batch_goes_to_the_bucket(self):
        s3, bucket = self.cloud.client("s3"), f"failed-{uuid.uuid4().hex}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        name, notes = self.consumer(REFUSE="k0", ALWAYS="1")
        destination = {"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}}
        limits = {"MaximumRetryAttempts": 1, "DestinationConfig": destination, "BatchSize": 1}
        self.map(self.stream("k0", "k1"), name, StartingPosition="TRIM_HORIZON", **limits)
        self.assertTrue(eventually(lambda: "k1" in self.deliveries(notes)))
        self.assertEqual(self.deliveries(notes), ["k0", "k0", "k1"])
        [kept] = s3.list_objects_v2(Bucket=bucket)["Contents"]
        batch = json.loads(s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read())
        self.assertEqual(batch["requestContext"]["condition"], "RetryAttemptsExhausted")
        self.assertEqual([record["kinesis"]["partitionKey"] for record in json.loads(batch["payload"])["Records"]], ["k0"])

    def test_enhanced_fan_out_consumer_reads_the_stream(self):
        stream = self.stream("k0")
        consumer = self.cloud.client("kinesis").register_stream_consumer(StreamARN=stream, ConsumerName="fan-out")["Consumer"]
        name, notes = self.consumer()
        self.map(consumer["ConsumerARN"], name, StartingPosition="TRIM_HORIZON")
        self.assertTrue(eventually(lambda: self.deliveries(notes) == ["k0"]))

    def test_expired_item_is_deleted_by_the_service(self):
        name, notes = self.consumer()
        self.map(self.table("old", expiry=time.time() - 1), name, StartingPosition="TRIM_HORIZON")
        self.assertTrue(eventually(lambda: len(self.deliveries(notes)) == 2))
        records = json.loads((notes / "records").read_text().splitlines()[-1])
        self.assertEqual((records[-1]["eventName"], records[-1]["userIdentity"]["principalId"]), ("REMOVE", "dynamodb.amazonaws.com"))
