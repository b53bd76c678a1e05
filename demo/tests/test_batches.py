"""The emulator treats responses to a queue's batch as Lambda does."""

import json
import uuid

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import eventually


class Queues(EmulatorCase):
    def queue(self, marks: str) -> str:
        """A queue with a message for each mark. A failed message is visible again at once."""
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        for mark in marks:
            attribute = {"DataType": "String", "StringValue": mark}
            sqs.send_message(QueueUrl=url, MessageBody="{}", MessageAttributes={"n": attribute})
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def test_only_the_failed_message_is_redelivered(self):
        name, notes = self.consumer(REFUSE="2")
        self.map(self.queue("0123"), name)
        self.assertTrue(eventually(lambda: self.deliveries(notes).count("2") == 2), self.deliveries(notes))
        self.assertEqual(sorted(self.deliveries(notes)), ["0", "1", "2", "2", "3"])

    def test_foreign_identifier_fails_the_whole_batch(self):
        self.assert_whole_batch_is_redelivered({"batchItemFailures": [{"itemIdentifier": "of-another-batch"}]})

    def test_empty_identifier_fails_the_whole_batch(self):
        self.assert_whole_batch_is_redelivered({"batchItemFailures": [{"itemIdentifier": ""}]})

    def assert_whole_batch_is_redelivered(self, answer: dict) -> None:
        name, notes = self.consumer(ANSWER=json.dumps(answer))
        self.map(self.queue("01"), name)
        self.assertTrue(eventually(lambda: len(self.batches(notes)) > 0), "nothing was delivered")
        first = self.batches(notes)[0]
        again = lambda: all(self.deliveries(notes).count(mark) == 2 for mark in first)  # noqa: E731
        self.assertTrue(eventually(again), self.batches(notes))
