"""A pipe from a queue through a function to a queue."""

import json

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import create, eventually


class Pipes(EmulatorCase):
    def queue(self, name: str) -> tuple[str, str]:
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def pipe(self, name: str, **variables: str) -> tuple[str, str]:
        """Creates a pipe with an enrichment. Returns the URLs of its two queues."""
        (source, source_arn), (target, target_arn) = self.queue(f"{name}-in"), self.queue(f"{name}-out")
        self.parts = {
            "Source": source_arn,
            "Target": target_arn,
            "Enrichment": create(self.cloud, name, variables | {"ONCE": str(self.folder)}),
            "SourceParameters": {"SqsQueueParameters": {"BatchSize": 5}},
        }
        self.cloud.client("pipes").create_pipe(Name=name, RoleArn="arn:aws:iam::000000000000:role/pipe", **self.parts)
        self.addCleanup(self.cloud.client("pipes").delete_pipe, Name=name)
        return source, target

    def count(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, counts.values()))

    def test_pipe_is_described_as_it_was_created(self):
        self.pipe("described")
        described = self.cloud.client("pipes").describe_pipe(Name="described")
        self.assertEqual({part: described[part] for part in self.parts}, self.parts)

    def test_enriched_messages_are_sent_one_by_one(self):
        source, target = self.pipe("through")
        bodies = [{"n": 1}, {"n": 2}]
        for body in bodies:
            self.cloud.client("sqs").send_message(QueueUrl=source, MessageBody=json.dumps(body))
        self.assertTrue(eventually(lambda: self.count(target) == 2 and self.count(source) == 0))
        taken = self.cloud.client("sqs").receive_message(QueueUrl=target, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual([json.loads(message["Body"]) for message in taken], bodies)

    def test_batch_stays_in_its_queue_when_the_enrichment_fails(self):
        source, target = self.pipe("failing", FAIL="1")
        self.cloud.client("sqs").send_message(QueueUrl=source, MessageBody="{}")
        self.assertTrue(eventually(lambda: self.tries() >= 2))
        self.assertEqual((self.count(source), self.count(target)), (1, 0))

    def tries(self) -> int:
        notes = self.folder / "events"
        return len(notes.read_text().splitlines()) if notes.exists() else 0
