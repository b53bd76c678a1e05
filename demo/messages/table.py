"""Changes the table's items, and reads its stream to find the sequence number of each change."""

import time

from demo.messages import Change, Message, NotSent
from demo.messages.records import item_of
from demo.setup.cloud import Cloud

# An item's time to live, and how long the demo waits for the stream record of the last change.
BRIEFLY_SECONDS, PATIENCE_SECONDS = 2, 30


class Table:
    def __init__(self, cloud: Cloud, name: str):
        self.dynamodb, self.streams, self.name = cloud.client("dynamodb"), cloud.client("dynamodbstreams"), name
        # The sequence numbers that were read already.
        self.seen: set[str] = set()

    def send(self, messages: list[Message]) -> dict[str, Message]:
        """Makes the changes in order. Returns them by the sequence number that the stream gave each."""
        # An earlier phase may have made changes.
        self.seen |= {record["SequenceNumber"] for record in self.read()}
        brief = {message.group for message in messages if message.change == Change.EXPIRE}
        for message in messages:
            # DynamoDB itself deletes the items with a short time to live.
            if message.change != Change.DELETE or message.group not in brief:
                self.change(message)
        return self.named(messages)

    def change(self, message: Message) -> None:
        item = item_of(message)
        if message.change == Change.DELETE:
            self.dynamodb.delete_item(TableName=self.name, Key={name: item[name] for name in ("pk", "sk")})
            return
        if message.change == Change.EXPIRE:
            item["expires"] = {"N": str(int(time.time()) + BRIEFLY_SECONDS)}
        self.dynamodb.put_item(TableName=self.name, Item=item)

    def named(self, messages: list[Message]) -> dict[str, Message]:
        """Matches the stream's records with the changes. The records of an item are in the order of its changes."""
        end = time.monotonic() + PATIENCE_SECONDS
        while len(records := self.read()) < len(messages):
            if time.monotonic() > end:
                raise NotSent(f"the stream has {len(records)} of {len(messages)} changes: {self.name}: see the emulator's log")
            time.sleep(0.2)
        changes: dict[str, list[Message]] = {}
        for message in messages:
            changes.setdefault(message.group, []).append(message)
        self.seen |= {record["SequenceNumber"] for record in records}
        return {record["SequenceNumber"]: changes[key_of(record)].pop(0) for record in records}

    def read(self) -> list[dict]:
        """The stream records that were not read before."""
        stream = self.dynamodb.describe_table(TableName=self.name)["Table"]["LatestStreamArn"]
        found = []
        for shard in self.streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
            at = self.streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while at:
                answer = self.streams.get_records(ShardIterator=at)
                found += [record["dynamodb"] for record in answer["Records"]]
                at = answer.get("NextShardIterator") if answer["Records"] else None
        return [record for record in found if record["SequenceNumber"] not in self.seen]


def key_of(record: dict) -> str:
    return f"{record['Keys']['pk']['S']}/{record['Keys']['sk']['S']}"
