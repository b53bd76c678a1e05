"""A record has one identifier, however it is wrapped, and each record of an aggregate has its own."""

import hashlib
import json
import unittest

from demo.emulator.trace import describe
from demo.messages.aggregate import MAGIC, aggregate
from demo.messages.streams import grouped_by_entry, names
from demo.messages.table import key_of
from demo.naming import name_of
from demo.tests.perfect import perfect, record

EVENT = {"id": "e1", "detail-type": "order", "detail": {}}
STREAMED = {"eventSource": "aws:kinesis", "kinesis": {"sequenceNumber": "49"}}
CHANGED = {"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": "7"}}


class Names(unittest.TestCase):
    def test_record_has_the_identifier_of_its_source(self):
        for named, name in (({"messageId": "m1", "body": "hello"}, "m1"), (STREAMED, "49"), (CHANGED, "7"), (EVENT, "e1")):
            self.assertEqual(name_of(named), name)

    def test_record_in_a_queue_message_keeps_its_identifier(self):
        for wrapped, name in ((STREAMED, "49"), (CHANGED, "7"), (EVENT, "e1")):
            self.assertEqual(name_of({"messageId": "m1", "body": json.dumps(wrapped)}), name)

    def test_enriched_record_keeps_its_identifier(self):
        self.assertEqual(name_of({"tenant_id": "blue", "record": {"messageId": "m1", "body": "hello"}}), "m1")

    def test_all_records_of_a_perfect_run_keep_their_identifiers(self):
        for name, message in perfect().sent.items():
            self.assertEqual(name_of(record(name, message) | ({"eventSource": "x"} if "kinesis" in message.source else {})), name)


class Trace(unittest.TestCase):
    def acknowledged(self, event: dict, answer) -> list[str]:
        return describe("f", event, {"status": "ok", "result": answer})["acknowledged"]

    def test_stream_is_acknowledged_up_to_the_lowest_failure(self):
        event = {"Records": [{"kinesis": {"sequenceNumber": str(number)}} for number in range(4)]}
        named = [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]
        self.assertEqual(self.acknowledged(event, {"batchItemFailures": named}), ["0", "1"])
        self.assertEqual(self.acknowledged(event, None), ["0", "1", "2", "3"])
        self.assertEqual(self.acknowledged(event, {"batchItemFailures": [{"itemIdentifier": ""}]}), [])

    def test_queue_is_acknowledged_except_the_failures(self):
        event = {"Records": [{"messageId": id, "body": ""} for id in "abc"]}
        self.assertEqual(self.acknowledged(event, {"batchItemFailures": [{"itemIdentifier": "b"}]}), ["a", "c"])

    def test_event_is_acknowledged_by_any_response(self):
        self.assertEqual(self.acknowledged(EVENT, None), ["e1"])
        self.assertEqual(describe("f", EVENT, {"status": "error"})["acknowledged"], [])


class Aggregates(unittest.TestCase):
    def test_aggregate_has_the_kpl_format(self):
        made = aggregate([("a", b"one"), ("b", b"two"), ("a", b"")])
        message = b"\x0a\x01a\x0a\x01b" + b"\x1a\x07\x08\x00\x1a\x03one" + b"\x1a\x07\x08\x01\x1a\x03two" + b"\x1a\x04\x08\x00\x1a\x00"
        self.assertEqual(made, MAGIC + message + hashlib.md5(message).digest())

    def test_length_above_seven_bits_takes_two_bytes(self):
        self.assertIn(b"\x1a\xac\x02" + b"x" * 300, aggregate([("a", b"x" * 300)]))

    def test_messages_of_an_aggregate_are_sent_together(self):
        messages = list(perfect().sent.values())
        entries = [entry for entry in grouped_by_entry(messages) if len(entry) > 1]
        self.assertEqual(len(entries), len({message.aggregate for message in messages} - {None}))
        self.assertEqual(names("49", entries[0])[:2], ["49:0", "49:1"])
        self.assertEqual(names("49", [message for message in messages if not message.aggregate][:1]), ["49"])


class Items(unittest.TestCase):
    def test_change_is_found_by_its_item_key(self):
        self.assertEqual(key_of({"Keys": {"pk": {"S": "TENANT#a"}, "sk": {"S": "order-1"}}}), "TENANT#a/order-1")
