"""What is read from the logs, in every format of Lambda."""

import json
import unittest

from acceptance.evidence import Arrivals
from acceptance.logs import Logs, parse
from acceptance.tests.clients import target
from demo.messages import BUFFERED, STANDARD, TABLE, Change, Message, body_of
from demo.setup.places import Places


class Lines(unittest.TestCase):
    def test_plain_and_wrapped_lines_are_read(self):
        own = {"event": "demo_backend", "tenant_id": "blue"}
        wrapped = {"timestamp": "2026-11-30T20:00:00Z", "level": "INFO", "tenantId": "blue"}
        self.assertEqual(parse(json.dumps(own)), own)
        self.assertEqual(parse(json.dumps(wrapped | {"message": own})), wrapped | own | {"message": own})
        self.assertEqual(parse(json.dumps(wrapped | {"message": json.dumps(own)}))["event"], "demo_backend")

    def test_platform_line_stays_unchanged(self):
        line = {"time": "t", "type": "platform.report", "record": {"requestId": "r", "tenantId": "blue"}}
        self.assertEqual(parse(json.dumps(line)), line)

    def test_lines_that_are_not_json_are_skipped(self):
        for text in ("START RequestId: 1", "7", "", "[]"):
            self.assertIsNone(parse(text))

    def test_wrapped_plain_text_leaves_lambdas_object(self):
        self.assertEqual(parse('{"message": "hello"}'), {"message": "hello"})


class Journal(Logs):
    """Logs in which a backend has written these lines."""

    def __init__(self, *lines: dict):
        super().__init__(target())
        self.written = list(lines)

    def journal(self, _function: str) -> list[dict]:
        return self.written


def line(tenant: str, *records: dict) -> dict:
    return {"tenant_id": tenant, "environment_id": "e", "tenants_seen": [tenant], "records": list(records)}


def record(message_id: str, id: str, outcome: str = "ok") -> dict:
    return {"message_id": message_id, "id": id, "outcome": outcome}


class Arrived(unittest.TestCase):
    def seen(self, sent: dict[str, Message], *lines: dict):
        return Arrivals(Journal(*lines), "backend", Places(target()), sent).look()

    def test_event_in_a_queue_keeps_its_own_id(self):
        sent = {"event-1": Message("blue-1", BUFFERED, body_of("blue", "blue-1"), tenant="blue")}
        seen = self.seen(sent, line("blue", record("the-queues-message-id", "blue-1")))
        self.assertEqual(seen.outcomes("ok"), {"event-1": 1})
        self.assertEqual(seen.trace, [{"tenant_id": "blue", "records": ["event-1"], "acknowledged": ["event-1"]}])

    def test_changes_of_one_item_differ_by_sequence_number(self):
        change = {"source": TABLE, "body": body_of("blue", "blue-1"), "tenant": "blue", "group": "k"}
        sent = {"10": Message("blue-1", **change), "20": Message("blue-1", **change, change=Change.DELETE)}
        seen = self.seen(sent, line("blue", record("10", "blue-1")), line("blue", record("20", "blue-1")))
        self.assertEqual(seen.outcomes("ok"), {"10": 1, "20": 1})

    def test_invocations_of_other_examples_are_left_out(self):
        sent = {"m1": Message("blue-1", STANDARD, body_of("blue", "blue-1"), tenant="blue")}
        seen = self.seen(sent, line("green", record("m2", "green-9")), line("blue", record("m1", "blue-1")))
        self.assertEqual([each["tenant_id"] for each in seen.journal], ["blue"])

    def test_foreign_record_in_our_invocation_is_kept(self):
        sent = {"m1": Message("blue-1", STANDARD, body_of("blue", "blue-1"), tenant="blue")}
        seen = self.seen(sent, line("blue", record("m1", "blue-1"), record("m2", "green-9", "refused")))
        self.assertEqual((seen.trace[0]["records"], seen.trace[0]["acknowledged"]), (["m1", "m2"], ["m1"]))

    def test_messages_without_an_end_are_waiting(self):
        sent = {name: Message(name, STANDARD, body_of("blue", name), tenant="blue") for name in ("m1", "m2")}
        arrivals = Arrivals(Journal(line("blue", record("m1", "m1"), record("m2", "m2", "failed"))), "backend", Places(target()), sent)
        self.assertEqual([message.id for message in arrivals.waiting()], ["m2"])
