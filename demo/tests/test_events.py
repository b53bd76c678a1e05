"""The emulator delivers events as EventBridge does."""

import json
import uuid

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import eventually


class Events(EmulatorCase):
    def rule(self, target: str) -> str:
        """An event bus whose rule sends every event to the target."""
        events, bus = self.cloud.client("events"), f"bus-{uuid.uuid4().hex}"
        events.create_event_bus(Name=bus)
        events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": ["shop"]}')
        events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "one", "Arn": target}])
        return bus

    def send(self, bus: str) -> str:
        entry = {"EventBusName": bus, "Source": "shop", "DetailType": "order", "Detail": '{"tenantId": "a"}'}
        return self.cloud.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]

    def test_failing_function_is_retried_twice_before_its_destination(self):
        name, notes = self.consumer(FAIL="1")
        sqs = self.cloud.client("sqs")
        queue = sqs.create_queue(QueueName=f"failed-{uuid.uuid4().hex}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        functions = self.cloud.client("lambda")
        functions.put_function_event_invoke_config(FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}})
        id = self.send(self.rule(functions.get_function_configuration(FunctionName=name)["FunctionArn"]))
        kept = []
        self.assertTrue(eventually(lambda: kept.extend(sqs.receive_message(QueueUrl=queue).get("Messages", [])) or kept))
        self.assertEqual(json.loads(kept[0]["Body"])["requestPayload"]["id"], id)
        self.assertEqual(len((notes / "events").read_text().splitlines()), 3)

    def test_event_in_a_queue_keeps_its_id(self):
        sqs = self.cloud.client("sqs")
        queue = sqs.create_queue(QueueName=f"events-{uuid.uuid4().hex}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        id = self.send(self.rule(arn))
        [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
        self.assertEqual(json.loads(message["Body"])["id"], id)
