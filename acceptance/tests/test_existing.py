"""Existing resources and changed settings: created, awaited, restored, removed."""

import unittest
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

from acceptance import existing
from acceptance.adjusting import hasten_queue, hasten_stream
from acceptance.existing import Existing, retried
from acceptance.tests.clients import Client, target
from demo.setup.places import BATCHES_OF_STREAMS


class Refusal(Exception):
    pass


def ended(course) -> None:
    for _ in course:
        pass


class Retried(unittest.TestCase):
    def test_call_is_repeated_until_the_role_is_known(self):
        answers = iter((Refusal("the role cannot be assumed by Lambda"), Refusal("the role cannot be assumed by Lambda"), None))

        def call() -> None:
            if (problem := next(answers)) is not None:
                raise problem

        ended(retried(call, Refusal, "role"))
        self.assertEqual(list(answers), [])

    def test_other_error_is_raised_at_once(self):
        def call() -> None:
            raise Refusal("Tenancy configuration is not supported for this account")

        with self.assertRaisesRegex(Refusal, "Tenancy"):
            ended(retried(call, Refusal, "role"))

    def test_last_error_is_raised_after_the_timeout(self):
        def call() -> None:
            raise Refusal("the role is unknown")

        with mock.patch.object(existing, "ROLE_SECONDS", 0), self.assertRaisesRegex(Refusal, "unknown"):
            ended(retried(call, Refusal, "role"))


class Removed(unittest.TestCase):
    def removed(self, *needs: str) -> list[str]:
        """The services that are called to remove what was needed."""
        asked: list[str] = []

        class Any(Client):
            def __init__(self, service: str):
                super().__init__()
                self.service = service
                self.exceptions = mock.Mock(spec=[])
                for name in ("NoSuchBucket", "QueueDoesNotExist", "ResourceNotFoundException", "NoSuchEntityException"):
                    setattr(self.exceptions, name, Refusal)

            def __getattr__(self, operation: str):
                asked.append(self.service)
                return lambda **_: {"QueueUrl": "u"} if operation == "get_queue_url" else {}

            def get_paginator(self, _operation: str):
                return mock.Mock(paginate=lambda **_: [])

        clients = {service: Any(service) for service in ("s3", "sqs", "lambda", "iam", "logs")}
        Existing(target(**clients), "accept-0a1b2c", Path("dist"), "arm64", Path("/nowhere"), frozenset(needs)).remove()
        return sorted(set(asked))

    def test_only_what_was_needed_is_removed(self):
        self.assertEqual(self.removed(), [])
        self.assertEqual(self.removed("backend"), ["iam", "lambda", "logs"])
        self.assertEqual(self.removed("queue", "bucket"), ["s3", "sqs"])


class Adjusted(unittest.TestCase):
    def test_queue_timeout_is_lowered_and_restored(self):
        sqs, undo = Client(get_queue_attributes={"Attributes": {"VisibilityTimeout": "192"}}, set_queue_attributes={}), ExitStack()
        here = target("http://127.0.0.1:1", sqs=sqs)
        hasten_queue(here, "u", undo)
        undo.close()
        changes = [asked["Attributes"]["VisibilityTimeout"] for operation, asked in sqs.calls if operation == "set_queue_attributes"]
        self.assertEqual(changes, [str(here.pace.retry), "192"])

    def test_stream_limits_are_lowered_and_restored(self):
        before = {"BatchSize": 500, "MaximumRetryAttempts": 10}
        functions = Client(
            list_event_source_mappings={"EventSourceMappings": [{"UUID": "m"} | before]},
            get_event_source_mapping={"State": "Enabled"},
            update_event_source_mapping={},
        )
        undo = ExitStack()
        ended(hasten_stream(target("http://127.0.0.1:1", **{"lambda": functions}), "router", undo))
        undo.close()
        self.assertEqual(
            [asked for operation, asked in functions.calls if operation.startswith("update")],
            [{"UUID": "m"} | BATCHES_OF_STREAMS, {"UUID": "m"} | before],
        )

    def test_mapping_in_change_is_awaited(self):
        states = iter(("Updating", "Updating", "Enabled", "Updating", "Enabled", "Enabled"))
        functions = Client(
            list_event_source_mappings={"EventSourceMappings": [{"UUID": "m", "BatchSize": 100, "MaximumRetryAttempts": 10}]},
            get_event_source_mapping=lambda **_: {"State": next(states)},
            update_event_source_mapping={},
        )
        with ExitStack() as undo:
            ended(hasten_stream(target("http://127.0.0.1:1", **{"lambda": functions}), "router", undo))
        self.assertEqual([operation for operation, _ in functions.calls].count("get_event_source_mapping"), 6)
