"""A record has one name, in whatever it is wrapped, and an aggregate's records have theirs."""

import hashlib
import json
import unittest

from demo.emulator.trace import describe
from demo.naming import name_of
from demo.story.aggregate import MAGIC, aggregate
from demo.story.streams import names, parcelled
from demo.story.table import key_of
from demo.tests.perfect import perfect, record

EVENT = {"id": "e1", "detail-type": "order", "detail": {}}
STREAMED = {"eventSource": "aws:kinesis", "kinesis": {"sequenceNumber": "49"}}
CHANGED = {"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": "7"}}


class Names(unittest.TestCase):
    def test_a_record_is_called_as_its_source_calls_it(self):
        for named, name in (({"messageId": "m1", "body": "hello"}, "m1"), (STREAMED, "49"), (CHANGED, "7"), (EVENT, "e1")):
            self.assertEqual(name_of(named), name)

    def test_what_a_queue_s_message_wraps_keeps_its_name(self):
        for wrapped, name in ((STREAMED, "49"), (CHANGED, "7"), (EVENT, "e1")):
            self.assertEqual(name_of({"messageId": "m1", "body": json.dumps(wrapped)}), name)

    def test_what_a_pipe_has_enriched_keeps_its_name(self):
        self.assertEqual(name_of({"tenant_id": "blue", "record": {"messageId": "m1", "body": "hello"}}), "m1")

    def test_every_record_of_a_perfect_run_is_named_as_it_was_sent(self):
        for name, message in perfect().sent.items():
            self.assertEqual(name_of(record(name, message) | ({"eventSource": "x"} if "kinesis" in message.source else {})), name)


class Trace(unittest.TestCase):
    def settled(self, event: dict, answer) -> list[str]:
        return describe("f", event, {"status": "ok", "result": answer})["settled"]

    def test_a_stream_s_records_are_settled_up_to_the_lowest_that_is_named(self):
        event = {"Records": [{"kinesis": {"sequenceNumber": str(number)}} for number in range(4)]}
        named = [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]
        self.assertEqual(self.settled(event, {"batchItemFailures": named}), ["0", "1"])
        self.assertEqual(self.settled(event, None), ["0", "1", "2", "3"])
        self.assertEqual(self.settled(event, {"batchItemFailures": [{"itemIdentifier": ""}]}), [])

    def test_a_queue_s_messages_are_settled_but_those_that_are_named(self):
        event = {"Records": [{"messageId": id, "body": ""} for id in "abc"]}
        self.assertEqual(self.settled(event, {"batchItemFailures": [{"itemIdentifier": "b"}]}), ["a", "c"])

    def test_an_event_is_settled_by_any_answer_and_by_no_error(self):
        self.assertEqual(self.settled(EVENT, None), ["e1"])
        self.assertEqual(describe("f", EVENT, {"status": "error"})["settled"], [])


class Aggregates(unittest.TestCase):
    def test_an_aggregate_is_what_the_producer_library_would_write(self):
        made = aggregate([("a", b"one"), ("b", b"two"), ("a", b"")])
        message = b"\x0a\x01a\x0a\x01b" + b"\x1a\x07\x08\x00\x1a\x03one" + b"\x1a\x07\x08\x01\x1a\x03two" + b"\x1a\x04\x08\x00\x1a\x00"
        self.assertEqual(made, MAGIC + message + hashlib.md5(message).digest())

    def test_a_length_of_more_than_seven_bits_is_written_in_two_bytes(self):
        self.assertIn(b"\x1a\xac\x02" + b"x" * 300, aggregate([("a", b"x" * 300)]))

    def test_the_messages_of_an_aggregate_travel_together_and_have_their_place_in_their_names(self):
        messages = list(perfect().sent.values())
        parcels = [parcel for parcel in parcelled(messages) if len(parcel) > 1]
        self.assertEqual(len(parcels), len({message.aggregate for message in messages} - {None}))
        self.assertEqual(names("49", parcels[0])[:2], ["49:0", "49:1"])
        self.assertEqual(names("49", [message for message in messages if not message.aggregate][:1]), ["49"])


class Items(unittest.TestCase):
    def test_a_change_is_found_by_its_item_s_key(self):
        self.assertEqual(key_of({"Keys": {"pk": {"S": "TENANT#a"}, "sk": {"S": "order-1"}}}), "TENANT#a/order-1")
