"""The demo's messages have the properties that its documentation names."""

import unittest
from collections import Counter

from demo.messages import FIFO, SOURCES, STANDARD, End
from demo.messages.queues import entry
from demo.messages.script import script


class Messages(unittest.TestCase):
    def setUp(self):
        self.messages = script()

    def test_messages_are_the_same_in_every_run(self):
        self.assertEqual(script(), self.messages)

    def test_every_source_gets_enough_messages_of_enough_tenants(self):
        self.assertGreaterEqual(len(self.messages), 500)
        counts = Counter(message.source for message in self.messages)
        for source in SOURCES:
            self.assertGreaterEqual(counts[source], 15, source)
        self.assertGreaterEqual(len({message.tenant for message in self.messages if message.tenant}), 6)

    def test_every_source_has_every_kind_of_end(self):
        ends = {(message.source, message.end) for message in self.messages}
        self.assertEqual(len(ends), len(SOURCES) * len(End))

    def test_message_ids_are_unique(self):
        self.assertEqual(len({message.id for message in self.messages}), len(self.messages))

    def test_fifo_groups_are_mixed_and_keep_their_order(self):
        ordered = [message for message in self.messages if message.source == FIFO and message.end == End.DELIVERED]
        groups = {message.group for message in ordered}
        changes = sum(one.group != next.group for one, next in zip(ordered, ordered[1:], strict=False))
        self.assertGreater(changes, len(groups))
        for group in groups:
            names = [message.id for message in ordered if message.group == group]
            self.assertEqual(names, sorted(names))

    def test_only_fifo_messages_have_a_group(self):
        for message in self.messages:
            if message.source not in (STANDARD, FIFO):
                continue
            made = entry("0", message)
            self.assertEqual("MessageGroupId" in made, message.source == FIFO)
            self.assertFalse("MessageAttributes" in made and message.source == FIFO)
