"""Sends to the queues."""

import itertools
from collections.abc import Iterator

from demo.messages import Message, NotSent
from demo.setup.cloud import Cloud

BATCH = 10  # the most that one SendMessageBatch or ReceiveMessage takes


class Queues:
    """The queues, by source."""

    def __init__(self, cloud: Cloud, urls: dict[str, str]):
        self.sqs, self.urls = cloud.client("sqs"), urls

    def send(self, messages: list[Message]) -> dict[str, Message]:
        """Sends all messages in order. Returns them by the message id that SQS gave each."""
        known: dict[str, Message] = {}
        for queue, part in itertools.groupby(messages, key=lambda message: message.source):
            for batch in batched(part):
                entries = [entry(str(index), message) for index, message in enumerate(batch)]
                answer = self.sqs.send_message_batch(QueueUrl=self.urls[queue], Entries=entries)
                if answer.get("Failed"):
                    raise NotSent(f"the {queue} queue did not accept a message: {self.urls[queue]}: it answered {answer['Failed']}")
                known |= {done["MessageId"]: batch[int(done["Id"])] for done in answer["Successful"]}
        return known


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
