"""The emulator does with an answer what Lambda does with it."""

import json
import uuid

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import eventually


class Queues(EmulatorCase):
    def queue(self, marks: str) -> str:
        """A queue that holds a message for each mark, and gives a failed one back at once."""
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        for mark in marks:
            attribute = {"DataType": "String", "StringValue": mark}
            sqs.send_message(QueueUrl=url, MessageBody="{}", MessageAttributes={"n": attribute})
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def test_a_refused_message_alone_comes_again(self):
        name, notes = self.consumer(REFUSE="2")
        self.map(self.queue("0123"), name)
        self.assertTrue(eventually(lambda: self.handed_out(notes).count("2") == 2), self.handed_out(notes))
        self.assertEqual(sorted(self.handed_out(notes)), ["0", "1", "2", "2", "3"])

    def test_an_answer_that_names_a_message_of_no_batch_fails_the_whole_batch(self):
        self.assert_whole_batch_again({"batchItemFailures": [{"itemIdentifier": "of-another-batch"}]})

    def test_an_answer_with_an_empty_identifier_fails_the_whole_batch(self):
        self.assert_whole_batch_again({"batchItemFailures": [{"itemIdentifier": ""}]})

    def assert_whole_batch_again(self, answer: dict) -> None:
        name, notes = self.consumer(ANSWER=json.dumps(answer))
        self.map(self.queue("01"), name)
        self.assertTrue(eventually(lambda: len(self.batches(notes)) > 0), "nothing was handed out")
        first = self.batches(notes)[0]
        again = lambda: all(self.handed_out(notes).count(mark) == 2 for mark in first)  # noqa: E731
        self.assertTrue(eventually(again), self.batches(notes))
