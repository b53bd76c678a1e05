"""Sends to the queues, waits until they are empty, and empties those where messages end."""

import itertools
import time
from collections.abc import Callable, Iterator

from demo.stage.cloud import Cloud
from demo.story import FIFO, STANDARD, Message

BATCH = 10  # the most that one SendMessageBatch or ReceiveMessage takes
WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
POLL_SECONDS = 0.3


class NotSent(Exception):
    """The queue did not take a message."""


class Queues:
    """The example's queues, by the names of its outputs."""

    def __init__(self, cloud: Cloud, outputs: dict):
        self.sqs = cloud.client("sqs")
        self.urls = {queue: outputs[f"{queue}_queue_url"] for queue in (STANDARD, FIFO)}
        self.ends = {(queue, end): outputs[f"{queue}_{end}_url"] for queue in (STANDARD, FIFO) for end in ("quarantine", "dlq")}

    def return_failures_after(self, seconds: int) -> None:
        """How soon a failed message is tried again. The modules wait as long as AWS advises, six timeouts."""
        for url in self.urls.values():
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})

    def send(self, messages: list[Message], sent: Callable[[int], None]) -> dict[str, Message]:
        """Sends all, in order; gives them by the message id that SQS has given each."""
        known: dict[str, Message] = {}
        for queue, part in itertools.groupby(messages, key=lambda message: message.queue):
            for batch in batched(part):
                entries = [entry(str(index), message) for index, message in enumerate(batch)]
                answer = self.sqs.send_message_batch(QueueUrl=self.urls[queue], Entries=entries)
                if answer.get("Failed"):
                    raise NotSent(f"the {queue} queue did not take a message: {self.urls[queue]}: it said {answer['Failed']}")
                known |= {done["MessageId"]: batch[int(done["Id"])] for done in answer["Successful"]}
                sent(len(known))
        return known

    def waiting(self) -> int:
        """How many messages the source queues still hold, those in flight included."""
        asked = (self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=WAITING) for url in self.urls.values())
        return sum(int(count) for answer in asked for count in answer["Attributes"].values())

    def drain(self, seconds: float, left: Callable[[int], None]) -> int:
        """Waits until the source queues are empty, at most so long; gives how many messages are left."""
        end = time.monotonic() + seconds
        while (waiting := self.waiting()) and time.monotonic() < end:
            left(waiting)
            time.sleep(POLL_SECONDS)
        left(waiting)
        return waiting

    def take_all(self, queue: str, end: str) -> list[dict]:
        """Everything that has ended in a quarantine or dead-letter queue."""
        url = self.ends[queue, end]
        taken = []
        while batch := self.receive(url):
            taken += batch
            for message in batch:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def receive(self, url: str) -> list[dict]:
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH, MessageAttributeNames=["All"], AttributeNames=["All"])
        return answer.get("Messages", [])


def batched(messages) -> Iterator[list[Message]]:
    while batch := list(itertools.islice(messages, BATCH)):
        yield batch


def entry(id: str, message: Message) -> dict:
    made = {"Id": id, "MessageBody": message.body}
    if message.attribute is not None:
        made["MessageAttributes"] = {"tenantId": {"DataType": "String", "StringValue": message.attribute}}
    if message.group is not None:
        made |= {"MessageGroupId": message.group, "MessageDeduplicationId": message.id}
    return made
